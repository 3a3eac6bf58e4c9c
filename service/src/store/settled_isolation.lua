-- What became of an isolation is known. The host's open isolations; attempt.
redis.call('HDEL', KEYS[1], ARGV[1])
return { 'settled' }
