-- The requests that are remembered in any of these sets.
local all = {}
for _, key in ipairs(KEYS) do
  for _, text in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    all[#all + 1] = text
  end
end
return all
