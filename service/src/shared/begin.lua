-- The last step before a request leaves. The record or '', the queue or '', the sender's life, the number of the last
-- departure, those under way; claimant, ticket, life in ms, what leaves, which attempt it is, ms to keep it, departure.
if KEYS[2] ~= '' and redis.call('ZRANGE', KEYS[2], 0, 0)[1] ~= ARGV[2] then
  return { 'passed' }
end
if KEYS[1] ~= '' then
  if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return { 'lost' } end
  redis.call('HSET', KEYS[1], 'state', 'sending', 'sent', ARGV[4], 'attempt', ARGV[5])
  redis.call('HDEL', KEYS[1], 'waited')
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
end
redis.call('SET', KEYS[3], '1', 'PX', ARGV[3])
redis.call('SADD', KEYS[5], ARGV[7])
return { 'go', tostring(redis.call('INCR', KEYS[4])) }
