#!lua flags=allow-oom
-- KEYS jobs current workers ; ARGV group consumer leave entry...
-- Gives unfinished jobs back at once; no counter rises. With leave = 1 the consumer goes too, if it holds nothing more.
-- Returns how many went back.
local group, consumer, back = ARGV[1], ARGV[2], 0
for i = 4, #ARGV do
    local e = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
    if redis.call('XACK', KEYS[1], group, ARGV[i]) == 1 and e then
        redis.call('XDEL', KEYS[1], ARGV[i])
        redis.call('XADD', KEYS[1], '*', unpack(e[2]))
        back = back + 1
    end
end
if ARGV[3] == '1' and #redis.call('XPENDING', KEYS[1], group, '-', '+', 1, consumer) == 0 then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], group, consumer)
    redis.call('HDEL', KEYS[2], consumer)
    redis.call('ZREM', KEYS[3], consumer)
end
return back
