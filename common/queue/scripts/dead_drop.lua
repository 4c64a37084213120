#!lua flags=allow-oom
-- KEYS dead counters crawls progress ; ARGV collector-group entry
-- Removes a dead letter; it counts as dropped. Returns 1, or 0 when it is not there (any more).
local e = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
if not e then return 0 end
local f = {}
for i = 1, #e[2], 2 do f[e[2][i]] = e[2][i + 1] end

-- As in dead_retry.
local function is_exported()
    if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 1 then return false end
    local function parts(id)
        local ms, seq = string.match(id, '^(%d+)-(%d+)$')
        return tonumber(ms), tonumber(seq)
    end
    for _, g in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
        local group = {}
        for i = 1, #g, 2 do group[g[i]] = g[i + 1] end
        if group.name == ARGV[1] then
            local ms, seq = parts(group['last-delivered-id'])
            local own_ms, own_seq = parts(ARGV[2])
            return own_ms < ms or (own_ms == ms and own_seq <= seq)
        end
    end
    return false
end

if is_exported() then
    redis.call('HINCRBY', KEYS[2], 'dead_exported', -1)
elseif redis.call('HINCRBY', KEYS[4], f.g, -2) <= 0 then
    redis.call('HDEL', KEYS[4], f.g)
end
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('HINCRBY', KEYS[2], 'dead', -1)
redis.call('HINCRBY', KEYS[2], 'dropped', 1)
redis.call('HINCRBY', KEYS[2], 'dead_bytes', -#f.p)
redis.call('HINCRBY', KEYS[3], (f.k or '*') .. ':dead', -1)
redis.call('HINCRBY', KEYS[3], (f.k or '*') .. ':dropped', 1)
return 1
