#!lua flags=allow-oom
-- KEYS jobs delayed delayed:payload counters dead seen crawls
-- ARGV group entry counter(a|c|l) limit delay_ms reason detail worker seen_ttl_ms
-- Raises one counter of a job; at its limit the job becomes a dead letter, else it waits delay_ms. Failed tries and deaths are counted by reason
-- too; a lost one is no failed try, and `reclaimed` has it. Returns 0 late, 1 delayed, 2 dead.
local e = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 or not e then
    redis.call('HINCRBY', KEYS[4], 'late', 1)
    return 0
end
redis.call('XDEL', KEYS[1], ARGV[2])
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
local what = {a = 'attempt', c = 'crash', l = 'lost'}
local fields, at = e[2], {}
for i = 1, #fields, 2 do at[fields[i]] = i + 1 end
local function get(name) return at[name] and fields[at[name]] or '' end
local function set(name, value)
    if not at[name] then
        at[name] = #fields + 2
        fields[#fields + 1] = name
    end
    fields[at[name]] = tostring(value)
end
-- h: the failed tries, one line each; the last two kilobytes of them.
local h = get('h') .. now_ms .. '\t' .. what[ARGV[3]] .. '\t' .. ARGV[6] .. '\t' .. string.gsub(ARGV[8], '%c', ' ') .. '\n'
if #h > 2048 then h = string.match(string.sub(h, -2048), '\n(.*)$') or '' end
set('h', h)
set(ARGV[3], tonumber(get(ARGV[3])) + 1)
if ARGV[3] ~= 'l' then redis.call('HINCRBY', KEYS[4], 'failed:' .. ARGV[6], 1) end
if tonumber(get(ARGV[3])) >= tonumber(ARGV[4]) then
    redis.call('XADD', KEYS[5], '*', 'i', get('i'), 'g', get('g'), 'k', get('k'), 'a', get('a'), 'c', get('c'), 'l', get('l'), 's', get('s'), 't', now_ms,
        'reason', ARGV[6], 'detail', ARGV[7], 'w', ARGV[8], 'h', h, 'p', get('p'))
    redis.call('PEXPIRE', KEYS[6], ARGV[9])
    redis.call('HINCRBY', KEYS[4], 'dead', 1)
    redis.call('HINCRBY', KEYS[4], 'died:' .. ARGV[6], 1)
    redis.call('HINCRBY', KEYS[4], 'dead_bytes', #get('p'))
    redis.call('HINCRBY', KEYS[4], 'job_bytes', -#get('p'))
    redis.call('HINCRBY', KEYS[7], get('k') .. ':dead', 1)
    return 2
end
redis.call('ZADD', KEYS[2], now_ms + tonumber(ARGV[5]), get('i'))
redis.call('HSET', KEYS[3], get('i'), cmsgpack.pack(fields))
redis.call('HINCRBY', KEYS[4], 'retried', 1)
return 1
