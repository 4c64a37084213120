#!lua
-- KEYS jobs counters delayed progress batch seen...
-- ARGV token max_jobs max_bytes batch_ttl_ms opens closes open-group... close-group... (id group wire)...
-- Returns one number a job: 1 accepted, 0 duplicate, -1 full. A resend under the same token changes nothing and answers the same.
local jobs, counters, delayed, progress, batch = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local token, max_jobs, max_bytes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local batch_ttl, opens, closes = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local at = 7

-- batch: 1 when the groups were opened, 2 when they were closed too
-- progress: two for each job of the group that is not on disk, one while a producer is in it; a producer that died in a group opens it
-- again, so that being open must be a mark and not a count.
local function is_open(group) return tonumber(redis.call('HGET', progress, group) or '0') % 2 == 1 end
local state = redis.call('GET', batch) or '0'
if state == '0' then
    for i = at, at + opens - 1 do
        if not is_open(ARGV[i]) then redis.call('HINCRBY', progress, ARGV[i], 1) end
    end
    state = '1'
end
at = at + opens
local close_from = at
at = at + closes

local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
local depth = redis.call('XLEN', jobs) + redis.call('ZCARD', delayed)
local bytes = tonumber(redis.call('HGET', counters, 'job_bytes') or '0')
local out, added, added_bytes, duplicates, full = {}, 0, 0, 0, false
for k = 6, #KEYS do
    local id, group, wire = ARGV[at], ARGV[at + 1], ARGV[at + 2]
    local mine = token .. ':' .. (k - 5)
    at = at + 3
    local seen = redis.call('GET', KEYS[k])
    if seen == mine then
        out[#out + 1] = 1
    elseif seen then
        out[#out + 1] = 0
        duplicates = duplicates + 1
    elseif full or depth >= max_jobs or (depth > 0 and bytes + #wire > max_bytes) then
        full = true
        out[#out + 1] = -1
    else
        redis.call('XADD', jobs, '*', 'i', id, 'g', group, 'a', 0, 'c', 0, 'l', 0, 's', 0, 't', now_ms, 'p', wire)
        redis.call('SET', KEYS[k], mine)
        redis.call('HINCRBY', progress, group, 2)
        depth, bytes, added, added_bytes = depth + 1, bytes + #wire, added + 1, added_bytes + #wire
        out[#out + 1] = 1
    end
end
if added > 0 then
    redis.call('HINCRBY', counters, 'enqueued', added)
    redis.call('HINCRBY', counters, 'job_bytes', added_bytes)
end
if full then
    redis.call('HINCRBY', counters, 'rejected_full', 1)
elseif state == '1' then
    -- The batch is whole: duplicates are counted now, once, however often it was sent.
    if duplicates > 0 then redis.call('HINCRBY', counters, 'duplicates', duplicates) end
    for i = close_from, close_from + closes - 1 do
        if is_open(ARGV[i]) and redis.call('HINCRBY', progress, ARGV[i], -1) <= 0 then redis.call('HDEL', progress, ARGV[i]) end
    end
    state = '2'
end
redis.call('SET', batch, state, 'PX', batch_ttl)
return out
