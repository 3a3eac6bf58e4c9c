-- The attempts of the isolations of a host that are open. Where they are.
return redis.call('HKEYS', KEYS[1])
