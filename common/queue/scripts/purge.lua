#!lua flags=allow-oom
-- KEYS jobs delayed delayed:payload counters crawls progress seen...
-- ARGV group batch_ttl_ms (kind(r|d) entry id)...
-- Removes those of the named jobs that still wait; they count as dropped, and may be enqueued again, but not by the batch that
-- brought them: its producer may still be sending it. Returns how many.
local purged, bytes = 0, 0
for k = 7, #KEYS do
    local at = 3 + (k - 7) * 3
    local kind, entry, id = ARGV[at], ARGV[at + 1], ARGV[at + 2]
    local fields
    if kind == 'r' then
        local e = redis.call('XRANGE', KEYS[1], entry, entry)[1]
        if e and #redis.call('XPENDING', KEYS[1], ARGV[1], entry, entry, 1) == 0 then
            fields = e[2]
            redis.call('XDEL', KEYS[1], entry)
        end
    elseif redis.call('ZREM', KEYS[2], id) == 1 then
        fields = cmsgpack.unpack(redis.call('HGET', KEYS[3], id))
        redis.call('HDEL', KEYS[3], id)
    end
    if fields then
        local f = {}
        for i = 1, #fields, 2 do f[fields[i]] = fields[i + 1] end
        purged, bytes = purged + 1, bytes + #f.p
        redis.call('SET', KEYS[k], 'dropped:' .. (redis.call('GET', KEYS[k]) or ''), 'PX', ARGV[2])
        redis.call('HINCRBY', KEYS[5], (f.k or '*') .. ':dropped', 1)
        if redis.call('HINCRBY', KEYS[6], f.g, -2) <= 0 then redis.call('HDEL', KEYS[6], f.g) end
    end
end
if purged > 0 then
    redis.call('HINCRBY', KEYS[4], 'dropped', purged)
    redis.call('HINCRBY', KEYS[4], 'job_bytes', -bytes)
end
return purged
