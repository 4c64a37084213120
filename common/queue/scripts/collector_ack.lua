#!lua flags=allow-oom
-- KEYS results dead counters progress collector
-- ARGV group max_dead max_dead_bytes token folder commit lease_ms (stream(r|d) entry progress-group bytes status bucket micros)...
-- After the collector's fsync. Results are deleted and counted by status, dead letters stay to be looked at until they are trimmed. The lease
-- is renewed. bucket and micros: how long the page's extraction took, and under which bound; '' and 0 where there was none. Returns how many were new, or -1 when another collector holds the lease, and then nothing is changed.
if (redis.call('HGET', KEYS[5], 'token') or '0') ~= ARGV[4] then return -1 end
local group, acked = ARGV[1], 0
local counts = {}
local function count(name, by) counts[name] = (counts[name] or 0) + by end
local now = redis.call('TIME')
if ARGV[4] ~= '0' then
    redis.call('HSET', KEYS[5], 'until', now[1] * 1000 + math.floor(now[2] / 1000) + tonumber(ARGV[7]), 'commit:' .. ARGV[5], ARGV[6],
               'tokens:' .. ARGV[5], ARGV[4])
end
for i = 8, #ARGV, 7 do
    local is_result = ARGV[i] == 'r'
    local stream = is_result and KEYS[1] or KEYS[2]
    if redis.call('XACK', stream, group, ARGV[i + 1]) == 1 then
        acked = acked + 1
        if is_result then
            redis.call('XDEL', stream, ARGV[i + 1])
            count('collected', 1)
            count('status:' .. ARGV[i + 4], 1)
            count('result_bytes', -tonumber(ARGV[i + 3]))
            if ARGV[i + 5] ~= '' then
                count('took:' .. ARGV[i + 5], 1)
                count('took_us', tonumber(ARGV[i + 6]))
            end
        else
            count('dead_exported', 1)
        end
        if redis.call('HINCRBY', KEYS[4], ARGV[i + 2], -2) <= 0 then redis.call('HDEL', KEYS[4], ARGV[i + 2]) end
    end
end
for name, by in pairs(counts) do redis.call('HINCRBY', KEYS[3], name, string.format('%.0f', by)) end

-- The oldest dead letters go when there are too many and all are on disk; a hundred a call, so that no call is long.
local function figure(name) return tonumber(redis.call('HGET', KEYS[3], name) or '0') end
if figure('dead') == figure('dead_exported') then
    local length, bytes = redis.call('XLEN', KEYS[2]), figure('dead_bytes')
    local trimmed = 0
    while trimmed < 100 and length > 0 and (length > tonumber(ARGV[2]) or bytes > tonumber(ARGV[3])) do
        local e = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
        for i = 1, #e[2], 2 do
            if e[2][i] == 'p' then bytes = bytes - #e[2][i + 1] end
        end
        redis.call('XDEL', KEYS[2], e[1])
        length, trimmed = length - 1, trimmed + 1
    end
    if trimmed > 0 then redis.call('HSET', KEYS[3], 'dead_bytes', bytes) end
end
return acked
