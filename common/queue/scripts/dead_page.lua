#!lua flags=no-writes
-- KEYS dead ; ARGV from to count max_bytes
-- Dead letters in order, at most `count` of them, and no more once they hold max_bytes. Returns {entry id, fields} a letter; fewer than `count`
-- do not mean that there are no more: none does.
local out, bytes, from = {}, 0, ARGV[1]
while #out < tonumber(ARGV[3]) and bytes < tonumber(ARGV[4]) do
    local some = redis.call('XRANGE', KEYS[1], from, ARGV[2], 'COUNT', math.min(8, tonumber(ARGV[3]) - #out))
    if #some == 0 then break end
    for _, e in ipairs(some) do
        out[#out + 1] = e
        for i = 2, #e[2], 2 do bytes = bytes + #e[2][i] end
    end
    from = '(' .. some[#some][1]
end
return out
