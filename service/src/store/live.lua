-- A replica lives. Its key, the store's mark, what it says of its clock; its life in ms, a mark if there is
-- none, that.
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
redis.call('SET', KEYS[2], ARGV[2], 'NX')
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[1])
local now = redis.call('TIME')
return { redis.call('GET', KEYS[2]), now[1], now[2] }
