-- Nobody knows what became of the request. The record; claimant, fingerprint, what left, attempt, ms to keep it, channel.
local is = redis.call('HMGET', KEYS[1], 'state', 'owner', 'waits')
local state, owner, waits = is[1], is[2], is[3]
if state and owner ~= ARGV[1] then return { 'lost' } end
redis.call('HSET', KEYS[1], 'print', ARGV[2], 'state', 'unknown', 'owner', '', 'sent', ARGV[3],
  'attempt', ARGV[4], 'waited', '0')
redis.call('PEXPIRE', KEYS[1], ARGV[5])
if waits then
  redis.call('HDEL', KEYS[1], 'waits')
  redis.call('PUBLISH', ARGV[6], KEYS[1])
end
return { 'unknown' }
