-- Nobody has known for so long what became of an attempt. The record; attempt, ms.
local is = redis.call('HMGET', KEYS[1], 'state', 'attempt', 'waited')
if is[1] ~= 'unknown' or is[2] ~= ARGV[1] then return { 'passed' } end
-- Each replica says what it has measured, and the longest is the truth or less.
if tonumber(is[3] or 0) < tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], 'waited', ARGV[2]) end
return { 'noted' }
