-- Lets go of a claim. The record; claimant, 'forget' when certainly nothing came of it, channel,
-- ms for which nobody has known what became of it, or ''.
local is = redis.call('HMGET', KEYS[1], 'owner', 'state', 'waited', 'waits')
if is[1] ~= ARGV[1] then return { 'lost' } end
if ARGV[2] == 'forget' or is[2] == 'claimed' then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'owner', '')
  -- Each replica says what it has measured, and the longest is the truth or less.
  if ARGV[4] ~= '' and is[2] == 'unknown' and tonumber(is[3] or 0) < tonumber(ARGV[4]) then
    redis.call('HSET', KEYS[1], 'waited', ARGV[4])
  end
end
if is[4] then
  redis.call('HDEL', KEYS[1], 'waits')
  redis.call('PUBLISH', ARGV[3], KEYS[1])
end
return { 'released' }
