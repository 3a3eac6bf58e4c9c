-- A replica lives. Its key, the store's mark; its life in ms, a mark if there is none.
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
redis.call('SET', KEYS[2], ARGV[2], 'NX')
return { redis.call('GET', KEYS[2]) }
