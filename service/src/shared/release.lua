-- Lets go of a claim. The record; claimant, 'forget' when certainly nothing came of it, channel.
local is = redis.call('HMGET', KEYS[1], 'owner', 'state')
if is[1] ~= ARGV[1] then return { 'lost' } end
if ARGV[2] == 'forget' or is[2] == 'claimed' then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'owner', '')
end
redis.call('PUBLISH', ARGV[3], KEYS[1])
return { 'released' }
