-- What is remembered. The record.
return { redis.call('GET', KEYS[1]) or '' }
