#!lua flags=allow-oom
-- KEYS jobs delayed delayed:payload counters dead seen
-- ARGV group entry counter(a|c|l) limit delay_ms reason detail worker seen_ttl_ms
-- Raises one counter of a job; at its limit the job becomes a dead letter, else it waits delay_ms. Returns 0 late, 1 delayed, 2 dead.
local e = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 or not e then
    redis.call('HINCRBY', KEYS[4], 'late', 1)
    return 0
end
redis.call('XDEL', KEYS[1], ARGV[2])
local f = {}
for i = 1, #e[2], 2 do f[e[2][i]] = e[2][i + 1] end
f[ARGV[3]] = tonumber(f[ARGV[3]]) + 1
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
if f[ARGV[3]] >= tonumber(ARGV[4]) then
    redis.call('XADD', KEYS[5], '*', 'i', f.i, 'g', f.g, 'a', f.a, 'c', f.c, 'l', f.l, 's', f.s, 't', now_ms, 'reason', ARGV[6],
        'detail', ARGV[7], 'w', ARGV[8], 'p', f.p)
    redis.call('PEXPIRE', KEYS[6], ARGV[9])
    redis.call('HINCRBY', KEYS[4], 'dead', 1)
    redis.call('HINCRBY', KEYS[4], 'job_bytes', -#f.p)
    return 2
end
redis.call('ZADD', KEYS[2], now_ms + tonumber(ARGV[5]), f.i)
redis.call('HSET', KEYS[3], f.i, cmsgpack.pack({f.i, f.g, tostring(f.a), tostring(f.c), tostring(f.l), f.s, f.t, f.p}))
redis.call('HINCRBY', KEYS[4], 'retried', 1)
return 1
