-- Nobody knows what became of the request. The record; claimant, fingerprint, what left, attempt, ms to keep it, channel.
local is = redis.call('HMGET', KEYS[1], 'state', 'owner')
local state, owner = is[1], is[2]
if state and owner ~= ARGV[1] then return { 'lost' } end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'print', ARGV[2], 'state', 'unknown', 'owner', '', 'sent', ARGV[3],
  'attempt', ARGV[4], 'since', string.format('%d', now))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PUBLISH', ARGV[6], KEYS[1])
return { 'unknown' }
