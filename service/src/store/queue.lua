-- Takes a place in a host's queue, and says at once whether it is the first. The queue, the holder's life, the latest
-- incident; ticket, life in ms, ms to keep a queue.
-- Renewed by the replica itself every third of it.
if redis.call('PTTL', KEYS[2]) < ARGV[2] / 2 then redis.call('SET', KEYS[2], '1', 'PX', ARGV[2]) end
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  -- Places are numbered by the time; a clock that was set back must not put anybody before the last one.
  local last = tonumber(redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2] or 0)
  redis.call('ZADD', KEYS[1], string.format('%d', math.max(now, last + 1)), ARGV[1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if redis.call('ZRANGE', KEYS[1], 0, 0)[1] == ARGV[1] then
  return { 'yours', redis.call('GET', KEYS[3]) or '' }
end
return { 'queued' }
