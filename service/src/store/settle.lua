-- The request has its incident. The record; claimant, attempt, fingerprint, the task, ms to keep it, channel. Behind these,
-- where it is to be remembered who asked, what that takes.
if KEYS[2] then enter(2, 7) end
local is = redis.call('HMGET', KEYS[1], 'state', 'owner', 'attempt', 'task', 'waits')
local state, owner, attempt, task, waits = is[1], is[2], is[3], is[4], is[5]
if state == 'settled' then
  -- One attempt has one incident, whatever else is said of it: who found it says less than who was answered.
  if task == ARGV[4] or (ARGV[2] ~= '' and attempt == ARGV[2]) then return { 'settled' } end
  return { 'other' }
end
-- What is known of this very attempt is true whoever has the claim now; and a store that has forgotten is told.
if state and owner ~= ARGV[1] and (ARGV[2] == '' or attempt ~= ARGV[2]) then
  -- Another attempt is on its way, or has been: then there are two.
  if attempt and attempt ~= ARGV[2] then return { 'other' } end
  return { 'lost' }
end
redis.call('HSET', KEYS[1], 'print', ARGV[3], 'state', 'settled', 'attempt', ARGV[2], 'task', ARGV[4])
redis.call('HDEL', KEYS[1], 'owner', 'sent', 'waited', 'waits')
redis.call('PEXPIRE', KEYS[1], ARGV[5])
if waits then redis.call('PUBLISH', ARGV[6], KEYS[1]) end
return { 'settled' }
