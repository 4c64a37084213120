#!lua flags=allow-oom
-- KEYS jobs current workers counters paused
-- ARGV group consumer anew currents current-entry... held-entry...
-- Renews the leases (idle times) of what this consumer holds. Anew = 1, the first after a connection: what was given to this consumer and
-- never reached it, since the answer was lost, goes back at once and no counter rises. Returns {lost entry ids, result bytes waiting, paused, now}.
-- An entry never changes its consumer: whoever takes it from a worker deletes it and adds it anew. So claiming finds just our own.
local group, consumer, anew, currents = ARGV[1], ARGV[2], ARGV[3] == '1', tonumber(ARGV[4])
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZADD', KEYS[3], now_ms, consumer)
if currents > 0 then
    redis.call('HSET', KEYS[2], consumer, table.concat(ARGV, ' ', 5, 4 + currents))
else
    redis.call('HDEL', KEYS[2], consumer)
end
local lost, kept = {}, {}
local first = 5 + currents
for from = first, #ARGV, 500 do
    local claim = {'XCLAIM', KEYS[1], group, consumer, 0, unpack(ARGV, from, math.min(from + 499, #ARGV))}
    claim[#claim + 1] = 'JUSTID'
    for _, id in ipairs(redis.call(unpack(claim))) do kept[id] = true end
end
for i = first, #ARGV do
    if not kept[ARGV[i]] then lost[#lost + 1] = ARGV[i] end
end
for _, p in ipairs(anew and redis.call('XPENDING', KEYS[1], group, '-', '+', 10000, consumer) or {}) do
    local entry = p[1]
    if not kept[entry] then
        local e = redis.call('XRANGE', KEYS[1], entry, entry)[1]
        redis.call('XACK', KEYS[1], group, entry)
        redis.call('XDEL', KEYS[1], entry)
        if e then redis.call('XADD', KEYS[1], '*', unpack(e[2])) end
    end
end
return {lost, tonumber(redis.call('HGET', KEYS[4], 'result_bytes') or '0'), redis.call('EXISTS', KEYS[5]), now_ms}
