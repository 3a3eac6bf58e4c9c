-- What is remembered, without the sign whether more will be known. The record.
return { redis.call('GETRANGE', KEYS[1], 1, -1) }
