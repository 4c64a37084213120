#!lua
-- KEYS jobs counters delayed progress batch crawls limits seen...
-- ARGV token max_jobs max_bytes default_jobs default_bytes batch_ttl_ms crawl opens closes open-group... close-group... (id group wire)...
-- Returns one number a job: 1 accepted, 0 duplicate, -1 full; then depth, bytes, and the limits that held. A resend under the same token
-- changes nothing and answers the same. A limit of 0 is the queue's own, and the default where it has none.
local jobs, counters, delayed, progress, batch, crawls = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local own = redis.call('HMGET', KEYS[7], 'jobs', 'bytes')
local function limit(given, of_queue, default)
    return tonumber(given) > 0 and tonumber(given) or tonumber(of_queue or default)
end
local token, max_jobs, max_bytes = ARGV[1], limit(ARGV[2], own[1], ARGV[4]), limit(ARGV[3], own[2], ARGV[5])
local batch_ttl, crawl, opens, closes = ARGV[6], ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9])
local at = 10
local first_seen = 8

-- The hash of crawls stays small: those beyond a thousand or so are counted together.
if redis.call('HEXISTS', crawls, crawl .. ':enqueued') == 0 and redis.call('HLEN', crawls) >= 4000 then crawl = '*' end

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
for k = first_seen, #KEYS do
    local id, group, wire = ARGV[at], ARGV[at + 1], ARGV[at + 2]
    local mine = token .. ':' .. (k - first_seen + 1)
    at = at + 3
    local seen = redis.call('GET', KEYS[k])
    if seen == mine or seen == 'dropped:' .. mine then
        out[#out + 1] = 1
    elseif seen and string.sub(seen, 1, 8) ~= 'dropped:' then
        out[#out + 1] = 0
        duplicates = duplicates + 1
    elseif full or depth >= max_jobs or (depth > 0 and bytes + #wire > max_bytes) then
        full = true
        out[#out + 1] = -1
    else
        redis.call('XADD', jobs, '*', 'i', id, 'g', group, 'k', crawl, 'a', 0, 'c', 0, 'l', 0, 's', 0, 't', now_ms, 'p', wire)
        redis.call('SET', KEYS[k], mine)
        redis.call('HINCRBY', progress, group, 2)
        depth, bytes, added, added_bytes = depth + 1, bytes + #wire, added + 1, added_bytes + #wire
        out[#out + 1] = 1
    end
end
if added > 0 then
    redis.call('HINCRBY', counters, 'enqueued', added)
    redis.call('HINCRBY', counters, 'job_bytes', added_bytes)
    redis.call('HINCRBY', crawls, crawl .. ':enqueued', added)
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
for _, n in ipairs({depth, bytes, max_jobs, max_bytes}) do out[#out + 1] = n end
return out
