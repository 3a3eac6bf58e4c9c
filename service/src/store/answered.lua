-- A request that has left is answered, or did not leave. Those under way; its name.
redis.call('SREM', KEYS[1], ARGV[1])
return { 'answered' }
