#!lua flags=allow-oom
-- KEYS results dead counters progress
-- ARGV group max_dead (stream(r|d) entry progress-group bytes status)...
-- After the collector's fsync. Results are deleted and counted by status, dead letters stay to be looked at until they are trimmed.
-- Returns how many were new.
local group, acked = ARGV[1], 0
for i = 3, #ARGV, 5 do
    local is_result = ARGV[i] == 'r'
    local stream = is_result and KEYS[1] or KEYS[2]
    if redis.call('XACK', stream, group, ARGV[i + 1]) == 1 then
        acked = acked + 1
        if is_result then
            redis.call('XDEL', stream, ARGV[i + 1])
            redis.call('HINCRBY', KEYS[3], 'collected', 1)
            redis.call('HINCRBY', KEYS[3], 'status:' .. ARGV[i + 4], 1)
            redis.call('HINCRBY', KEYS[3], 'result_bytes', -tonumber(ARGV[i + 3]))
        else
            redis.call('HINCRBY', KEYS[3], 'dead_exported', 1)
        end
        if redis.call('HINCRBY', KEYS[4], ARGV[i + 2], -2) <= 0 then redis.call('HDEL', KEYS[4], ARGV[i + 2]) end
    end
end
if redis.call('XLEN', KEYS[2]) > tonumber(ARGV[2]) and redis.call('HGET', KEYS[3], 'dead') == redis.call('HGET', KEYS[3], 'dead_exported') then
    redis.call('XTRIM', KEYS[2], 'MAXLEN', ARGV[2])
end
return acked
