-- What is remembered, without the digit that says how much that is. The record.
return { redis.call('GETRANGE', KEYS[1], 1, -1) }
