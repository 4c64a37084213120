#!lua flags=allow-oom
-- KEYS collector ; ARGV folder token lease_ms
-- The one lease of this shard's results. Token 0 asks for it: granted when nobody holds it, when it has run out, or to the folder that held
-- it last (its earlier collector is gone: the folder's lock says so). Tokens begin at the server's time, so that no other server's are alike,
-- and rise with each holder. Another token renews the lease, or gives it back with lease_ms 0.
-- Returns {token, ms left, holder before, commit, token before}: token 0 when it was refused; the last two are the asking folder's own, of its
-- last acknowledged commit and its last lease here, -1 and 0 when there is none.
local f = redis.call('HMGET', KEYS[1], 'token', 'folder', 'until', 'commit:' .. ARGV[1], 'token:' .. ARGV[1])
local token, holder, runs_out = f[1] or '0', f[2] or '', tonumber(f[3] or '0')
local commit, before = tonumber(f[4] or '-1'), tonumber(f[5] or '0')
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
local lease = tonumber(ARGV[3])
if ARGV[2] == '0' then
    if holder ~= '' and holder ~= ARGV[1] and runs_out > now_ms then return {0, runs_out - now_ms, holder, commit, before} end
    local next = string.format('%.0f', math.max(now[1] * 1000000 + now[2], tonumber(token) + 1))
    -- What is known of folders stays small: beyond two thousand of them, all but the asking one's is forgotten.
    if redis.call('HLEN', KEYS[1]) > 4000 then
        redis.call('DEL', KEYS[1])
        if commit >= 0 then redis.call('HSET', KEYS[1], 'commit:' .. ARGV[1], commit) end
    end
    redis.call('HSET', KEYS[1], 'token', next, 'folder', ARGV[1], 'until', now_ms + lease, 'token:' .. ARGV[1], next)
    return {tonumber(next), lease, holder, commit, before}
end
if ARGV[2] ~= token then return {0, math.max(0, runs_out - now_ms), holder, commit, before} end
redis.call('HSET', KEYS[1], 'until', now_ms + lease)
return {tonumber(token), lease, holder, commit, before}
