-- A text at the end of a series, from wherever it stood in it before; the latest are kept. What comes behind
-- what, nobody's clock decides.
-- The series; the text, its life in ms, how many are kept.
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
redis.call('ZADD', KEYS[1], (tonumber(last[2]) or 0) + 1, ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {}
