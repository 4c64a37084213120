#!lua flags=allow-oom
-- KEYS jobs delayed delayed:payload ; ARGV limit. Puts jobs whose delay is over back into the stream; returns how many.
local now = redis.call('TIME')
local ids = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now[1] * 1000 + math.floor(now[2] / 1000), 'LIMIT', 0, ARGV[1])
for _, id in ipairs(ids) do
    redis.call('XADD', KEYS[1], '*', unpack(cmsgpack.unpack(redis.call('HGET', KEYS[3], id))))
    redis.call('ZREM', KEYS[2], id)
    redis.call('HDEL', KEYS[3], id)
end
return #ids
