-- Gives a place up. The queue, the host's open isolations, the latest incident; ticket, channel,
-- an isolation that is open no more or '', an incident that is the latest or '', ms to keep that.
if ARGV[3] ~= '' then redis.call('HDEL', KEYS[2], ARGV[3]) end
if ARGV[4] ~= '' then redis.call('SET', KEYS[3], ARGV[4], 'PX', ARGV[5]) end
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 and redis.call('EXISTS', KEYS[1]) == 1 then
  -- Whoever is behind it waits.
  redis.call('PUBLISH', ARGV[2], KEYS[1])
end
return { 'left' }
