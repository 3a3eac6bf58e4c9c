-- Counts requests by the generic cell rate algorithm. The caller's record;
-- µs between two requests, how many may come at once, how many come now.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local gap, burst, count = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local next = due + gap * count
local ahead = next - now - gap * burst
if ahead > 0 then
  return { 'no', string.format('%d', math.floor((now + gap * burst - due) / gap)), string.format('%d', ahead), string.format('%d', due - now) }
end
redis.call('SET', KEYS[1], string.format('%d', next), 'PX', string.format('%d', math.ceil((next - now) / 1000) + 1))
return { 'yes', string.format('%d', math.floor((now + gap * burst - next) / gap)), '0', string.format('%d', next - now) }
