#!lua flags=allow-oom
-- KEYS collector ; ARGV folder token lease_ms made
-- The one lease of this shard's results. Token 0 asks for it: granted when nobody holds it, when it has run out, or to the folder that held
-- it last (its earlier collector is gone: the folder's lock says so). Tokens begin at the server's time, so that no other server's are alike,
-- and rise with each holder. Another token renews the lease, or gives it back with lease_ms 0.
-- `made`: the token under which the folder made its last commit, 0: none. Returns {token, ms left, holder before, commit, state}: token 0 when it
-- was refused; commit is the folder's last acknowledged one here, or -1; state says what this server knows of `made`: 0 nothing, 1 that it gave it
-- to this folder, 2 that another folder has had the lease since. Of each folder are kept `commit:`, `tokens:` (those since its last
-- acknowledgement) and `lost:` (the last one that another took over from).
local f = redis.call('HMGET', KEYS[1], 'token', 'folder', 'until', 'commit:' .. ARGV[1], 'tokens:' .. ARGV[1], 'lost:' .. ARGV[1])
local token, holder, runs_out = f[1] or '0', f[2] or '', tonumber(f[3] or '0')
local commit, tokens, lost = tonumber(f[4] or '-1'), f[5] or '', f[6]
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
local lease = tonumber(ARGV[3])
local state = 0
if ARGV[4] ~= '0' and string.find(' ' .. tokens .. ' ', ' ' .. ARGV[4] .. ' ', 1, true) then
    state = lost and tonumber(ARGV[4]) <= tonumber(lost) and 2 or 1
end
if ARGV[2] == '0' then
    if holder ~= '' and holder ~= ARGV[1] and runs_out > now_ms then return {0, runs_out - now_ms, holder, commit, state} end
    local next = string.format('%.0f', math.max(now[1] * 1000000 + now[2], tonumber(token) + 1))
    -- What is known of folders stays small: beyond some two thousand of them, all but the asking one's is forgotten.
    if redis.call('HLEN', KEYS[1]) > 6000 then
        redis.call('DEL', KEYS[1])
        if commit >= 0 then redis.call('HSET', KEYS[1], 'commit:' .. ARGV[1], commit) end
        if lost then redis.call('HSET', KEYS[1], 'lost:' .. ARGV[1], lost) end
    end
    if holder ~= '' and holder ~= ARGV[1] then redis.call('HSET', KEYS[1], 'lost:' .. holder, token) end
    -- A folder whose collector dies again and again before it acknowledges anything: the last hundred are enough.
    tokens = string.sub(tokens == '' and next or tokens .. ' ' .. next, -1700)
    redis.call('HSET', KEYS[1], 'token', next, 'folder', ARGV[1], 'until', now_ms + lease, 'tokens:' .. ARGV[1], tokens)
    return {tonumber(next), lease, holder, commit, state}
end
if ARGV[2] ~= token then return {0, math.max(0, runs_out - now_ms), holder, commit, state} end
redis.call('HSET', KEYS[1], 'until', now_ms + lease)
return {tonumber(token), lease, holder, commit, state}
