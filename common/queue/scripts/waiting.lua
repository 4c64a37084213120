#!lua flags=no-writes
-- KEYS jobs delayed ; ARGV group limit
-- Jobs that nobody works on, at most `limit`: {'r', entry, id} of ready ones, then {'d', '', id} of delayed ones, flat.
local out, last = {}, '0-0'
if redis.call('EXISTS', KEYS[1]) == 1 then
    for _, g in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
        local f = {}
        for i = 1, #g, 2 do f[g[i]] = g[i + 1] end
        if f.name == ARGV[1] then last = f['last-delivered-id'] end
    end
end
for _, e in ipairs(redis.call('XRANGE', KEYS[1], '(' .. last, '+', 'COUNT', ARGV[2])) do
    out[#out + 1] = 'r'
    out[#out + 1] = e[1]
    for i = 1, #e[2], 2 do
        if e[2][i] == 'i' then out[#out + 1] = e[2][i + 1] end
    end
end
local left = tonumber(ARGV[2]) - #out / 3
if left > 0 then
    for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, left - 1)) do
        out[#out + 1] = 'd'
        out[#out + 1] = ''
        out[#out + 1] = id
    end
end
return out
