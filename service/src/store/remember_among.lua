-- What is remembered stands beside what is like it, the youngest of which are kept.
-- Those like it; its number, its text, its life in ms, how many are kept.
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {}
