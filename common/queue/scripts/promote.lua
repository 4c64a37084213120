#!lua flags=allow-oom
-- KEYS jobs delayed delayed:payload ; ARGV limit. Puts jobs whose delay is over back into the stream; returns how many.
local now = redis.call('TIME')
local ids = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now[1] * 1000 + math.floor(now[2] / 1000), 'LIMIT', 0, ARGV[1])
for _, id in ipairs(ids) do
    local f = cmsgpack.unpack(redis.call('HGET', KEYS[3], id))
    redis.call('XADD', KEYS[1], '*', 'i', f[1], 'g', f[2], 'a', f[3], 'c', f[4], 'l', f[5], 's', f[6], 't', f[7], 'p', f[8])
    redis.call('ZREM', KEYS[2], id)
    redis.call('HDEL', KEYS[3], id)
end
return #ids
