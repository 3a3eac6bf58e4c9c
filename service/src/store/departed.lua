-- How many have left and been answered. The number of the last, those under way; what names of lives begin with.
local under_way = 0
for _, token in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  if redis.call('EXISTS', ARGV[1] .. string.match(token, '^[^/]+')) == 1 then
    under_way = under_way + 1
  else
    -- Its replica is gone. What it has sent is with KSC by now.
    redis.call('SREM', KEYS[2], token)
  end
end
return { tostring(tonumber(redis.call('GET', KEYS[1]) or 0) - under_way) }
