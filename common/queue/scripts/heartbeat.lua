#!lua flags=allow-oom
-- KEYS jobs current workers counters paused
-- ARGV group consumer currents current-entry... held-entry...
-- Renews the leases (idle times) of what this consumer holds. Returns {lost entry ids, result bytes waiting, paused, now}.
-- An entry never changes its consumer: whoever takes it from a worker deletes it and adds it anew. So claiming finds just our own.
local group, consumer, currents = ARGV[1], ARGV[2], tonumber(ARGV[3])
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZADD', KEYS[3], now_ms, consumer)
if currents > 0 then
    redis.call('HSET', KEYS[2], consumer, table.concat(ARGV, ' ', 4, 3 + currents))
else
    redis.call('HDEL', KEYS[2], consumer)
end
local lost, kept = {}, {}
local first = 4 + currents
for from = first, #ARGV, 500 do
    local claim = {'XCLAIM', KEYS[1], group, consumer, 0, unpack(ARGV, from, math.min(from + 499, #ARGV))}
    claim[#claim + 1] = 'JUSTID'
    for _, id in ipairs(redis.call(unpack(claim))) do kept[id] = true end
end
for i = first, #ARGV do
    if not kept[ARGV[i]] then lost[#lost + 1] = ARGV[i] end
end
return {lost, tonumber(redis.call('HGET', KEYS[4], 'result_bytes') or '0'), redis.call('EXISTS', KEYS[5]), now_ms}
