-- What was asked for is remembered. The record; its text, its life in ms.
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {}
