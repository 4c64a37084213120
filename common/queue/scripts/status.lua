#!lua flags=no-writes,allow-stale
-- KEYS jobs delayed results counters workers paused dead limits ; ARGV group lease_ms bare-suffix
-- Returns {now, ready, in flight, delayed, results waiting, oldest ready ms, oldest result ms, workers, paused, bare workers, dead kept, limit of
-- jobs, of bytes (0: none of its own), counter, value, ...}.
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
local function ms(id) return tonumber(string.match(id, '^(%d+)')) end
local length, pending, last = redis.call('XLEN', KEYS[1]), 0, nil
if redis.call('EXISTS', KEYS[1]) == 1 then
    for _, g in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
        local f = {}
        for i = 1, #g, 2 do f[g[i]] = g[i + 1] end
        if f.name == ARGV[1] then pending, last = f.pending, f['last-delivered-id'] end
    end
end
local oldest_ready, oldest_result = 0, 0
if last and length > pending then
    local e = redis.call('XRANGE', KEYS[1], '(' .. last, '+', 'COUNT', 1)[1]
    if e then oldest_ready = now_ms - ms(e[1]) end
end
local r = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', 1)[1]
if r then oldest_result = now_ms - ms(r[1]) end
local workers, bare = redis.call('ZRANGEBYSCORE', KEYS[5], now_ms - tonumber(ARGV[2]), '+inf'), 0
for _, name in ipairs(workers) do
    if string.sub(name, -#ARGV[3]) == ARGV[3] then bare = bare + 1 end
end
local limits = redis.call('HMGET', KEYS[8], 'jobs', 'bytes')
local out = {now_ms, length - pending, pending, redis.call('ZCARD', KEYS[2]), redis.call('XLEN', KEYS[3]), oldest_ready, oldest_result,
    #workers, redis.call('EXISTS', KEYS[6]), bare, redis.call('XLEN', KEYS[7]), tonumber(limits[1] or '0'), tonumber(limits[2] or '0')}
for _, v in ipairs(redis.call('HGETALL', KEYS[4])) do out[#out + 1] = v end
return out
