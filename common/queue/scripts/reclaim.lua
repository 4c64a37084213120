#!lua flags=allow-oom
-- KEYS jobs counters current workers
-- ARGV group lease_ms limit max_lost
-- Jobs whose lease ran out go back into the stream with lost + 1; the one that its worker was in gets suspect + 1 too. Those at the limit
-- are left as they are and returned as {entry, id}, ...: the caller buries each with retry, which declares the keys for it.
-- Returns {how many went back, {doomed...}}. Within one lease of the server's start nobody is reclaimed: the workers were cut off then.
local group, lease, max_lost = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local uptime = tonumber(string.match(redis.call('INFO', 'server'), 'uptime_in_seconds:(%d+)'))
if uptime * 1000 < lease then return {0, {}} end
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)

-- An entry's fields as they are, with some of them changed; h is the history of failed tries, its last two kilobytes.
local function changed(fields, lost, suspect, line)
    local h
    for i = 1, #fields, 2 do
        local name = fields[i]
        if name == 'l' then fields[i + 1] = tostring(lost) end
        if name == 's' then fields[i + 1] = tostring(tonumber(fields[i + 1]) + suspect) end
        if name == 'h' then h = i + 1 end
    end
    if not h then
        h = #fields + 2
        fields[h - 1], fields[h] = 'h', ''
    end
    fields[h] = fields[h] .. line
    if #fields[h] > 2048 then fields[h] = string.match(string.sub(fields[h], -2048), '\n(.*)$') or line end
    return fields
end

local back, doomed = 0, {}
for _, p in ipairs(redis.call('XPENDING', KEYS[1], group, 'IDLE', lease, '-', '+', ARGV[3])) do
    local entry, consumer = p[1], p[2]
    local e = redis.call('XRANGE', KEYS[1], entry, entry)[1]
    if not e then
        redis.call('XACK', KEYS[1], group, entry)
    else
        local f = {}
        for i = 1, #e[2], 2 do f[e[2][i]] = e[2][i + 1] end
        if tonumber(f.l) + 1 >= max_lost then
            doomed[#doomed + 1] = entry
            doomed[#doomed + 1] = f.i
        else
            local current = ' ' .. (redis.call('HGET', KEYS[3], consumer) or '') .. ' '
            local suspect = string.find(current, ' ' .. entry .. ' ', 1, true) and 1 or 0
            local line = now_ms .. '\tlost\tlease\t' .. string.gsub(consumer, '%c', ' ') .. '\n'
            redis.call('XACK', KEYS[1], group, entry)
            redis.call('XDEL', KEYS[1], entry)
            redis.call('XADD', KEYS[1], '*', unpack(changed(e[2], tonumber(f.l) + 1, suspect, line)))
            back = back + 1
        end
    end
end
if back > 0 then redis.call('HINCRBY', KEYS[2], 'reclaimed', back) end
-- Consumers that have been silent for ten leases and hold nothing are forgotten.
for _, consumer in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now_ms - 10 * lease, 'LIMIT', 0, 100)) do
    if #redis.call('XPENDING', KEYS[1], group, '-', '+', 1, consumer) == 0 then
        redis.call('XGROUP', 'DELCONSUMER', KEYS[1], group, consumer)
        redis.call('ZREM', KEYS[4], consumer)
        redis.call('HDEL', KEYS[3], consumer)
    end
end
return {back, doomed}
