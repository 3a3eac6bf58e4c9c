-- What is remembered in each of these records, in their order; an empty text where nothing is.
local all = {}
for at, key in ipairs(KEYS) do all[at] = redis.call('GET', key) or '' end
return all
