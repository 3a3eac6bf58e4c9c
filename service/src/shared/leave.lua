-- Gives a place up. The queue, the host's open isolations; ticket, channel, an isolation that is open no more or ''.
if ARGV[3] ~= '' then redis.call('HDEL', KEYS[2], ARGV[3]) end
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then
  redis.call('PUBLISH', ARGV[2], KEYS[1])
end
return { 'left' }
