-- The last step before a request leaves. The record or '', the queue or '', the sender's life, the number of the last
-- departure, those under way, the host's open isolations or ''; claimant, ticket, life in ms, what leaves, which attempt
-- it is, ms to keep it, departure, 'begins' or 'ends' an isolation or '', its attempt.
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
local answer = { 'go', tostring(redis.call('INCR', KEYS[4])) }
if KEYS[6] ~= '' and ARGV[8] == 'begins' then
  redis.call('HSET', KEYS[6], ARGV[9], '1')
  redis.call('PEXPIRE', KEYS[6], ARGV[6])
elseif KEYS[6] ~= '' and ARGV[8] == 'ends' then
  for _, attempt in ipairs(redis.call('HKEYS', KEYS[6])) do table.insert(answer, attempt) end
end
return answer
