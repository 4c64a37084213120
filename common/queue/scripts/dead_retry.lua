#!lua
-- KEYS dead jobs counters crawls progress seen ; ARGV collector-group entry
-- Puts a dead letter back among the jobs: its counters begin again, its history is kept and says so. Returns 1, or 0 when it is not there (any more).
local e = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
if not e then return 0 end
local f = {}
for i = 1, #e[2], 2 do f[e[2][i]] = e[2][i + 1] end

-- Exported: delivered to the collector and acknowledged. What it has taken and not acknowledged becomes nobody's here, so it is not counted.
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
    redis.call('HINCRBY', KEYS[3], 'dead_exported', -1)
    redis.call('HINCRBY', KEYS[5], f.g, 2)
end
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('XADD', KEYS[2], '*', 'i', f.i, 'g', f.g, 'k', f.k or '*', 'a', 0, 'c', 0, 'l', 0, 's', 0, 't', now_ms, 'h', (f.h or '') .. now_ms .. '\tretried\t\toperator\n', 'p', f.p)
redis.call('SET', KEYS[6], 'retried')
redis.call('HINCRBY', KEYS[3], 'dead', -1)
redis.call('HINCRBY', KEYS[3], 'dead_retried', 1)
redis.call('HINCRBY', KEYS[3], 'dead_bytes', -#f.p)
redis.call('HINCRBY', KEYS[3], 'job_bytes', #f.p)
redis.call('HINCRBY', KEYS[4], (f.k or '*') .. ':dead', -1)
return 1
