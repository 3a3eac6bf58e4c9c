-- What was asked for is remembered, by itself and beside the requests like it, the youngest of which are kept.
-- What is known of it is not replaced by what somebody knew who knew less.
-- The record, those like it; its text, its life in ms; its number, its text there, its life there, how many
-- are kept; a digit that says how much is known.
if redis.call('GETRANGE', KEYS[1], 0, 0) <= ARGV[7] then
  redis.call('SET', KEYS[1], ARGV[7] .. ARGV[1], 'PX', ARGV[2])
end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[4])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return {}
