#!lua flags=allow-oom
-- KEYS jobs results counters seen crawls
-- ARGV group entry id progress-group job-bytes seen_ttl_ms crawl result
-- Returns {1 done | 0 late, result bytes waiting}. The first to acknowledge wins; a repeat does nothing but count as late.
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
    redis.call('HINCRBY', KEYS[3], 'late', 1)
    return {0, tonumber(redis.call('HGET', KEYS[3], 'result_bytes') or '0')}
end
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('XADD', KEYS[2], '*', 'i', ARGV[3], 'g', ARGV[4], 'r', ARGV[8])
redis.call('PEXPIRE', KEYS[4], ARGV[6])
redis.call('HINCRBY', KEYS[3], 'done', 1)
redis.call('HINCRBY', KEYS[5], ARGV[7] .. ':done', 1)
redis.call('HINCRBY', KEYS[3], 'job_bytes', -tonumber(ARGV[5]))
return {1, redis.call('HINCRBY', KEYS[3], 'result_bytes', #ARGV[8])}
