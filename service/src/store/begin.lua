-- The last step before a request leaves. The sender's life, the number of the last departure, those under way; with a
-- ticket the queue and the host's open isolations; with a claimant the record, last. Claimant or '', ticket or '', life in
-- ms, what leaves, which attempt it is, ms to keep it, departure or '', 'begins' or 'ends' an isolation or '', its attempt.
local queue, isolations, record
if ARGV[2] ~= '' then queue, isolations = KEYS[4], KEYS[5] end
if ARGV[1] ~= '' then record = KEYS[#KEYS] end
if queue and redis.call('ZRANGE', queue, 0, 0)[1] ~= ARGV[2] then
  return { 'passed' }
end
if record then
  if redis.call('HGET', record, 'owner') ~= ARGV[1] then return { 'lost' } end
  redis.call('HSET', record, 'state', 'sending', 'sent', ARGV[4], 'attempt', ARGV[5])
  redis.call('HDEL', record, 'waited')
  redis.call('PEXPIRE', record, ARGV[6])
end
redis.call('SET', KEYS[1], '1', 'PX', ARGV[3])
local answer = { 'go', '' }
if ARGV[7] ~= '' then
  redis.call('SADD', KEYS[3], ARGV[7])
  answer[2] = tostring(redis.call('INCR', KEYS[2]))
end
if isolations and ARGV[8] == 'begins' then
  redis.call('HSET', isolations, ARGV[9], '1')
  redis.call('PEXPIRE', isolations, ARGV[6])
elseif isolations and ARGV[8] == 'ends' then
  for _, attempt in ipairs(redis.call('HKEYS', isolations)) do table.insert(answer, attempt) end
end
return answer
