-- Whether it is a ticket's turn, and what the latest incident is. The queue, the latest incident; ticket, what names of lives begin with, ms that a place is good for.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return { 'passed' } end
local time = redis.call('TIME')
local oldest = time[1] * 1000000 + time[2] - ARGV[3] * 1000
while true do
  local head = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  local ticket, place = head[1], tonumber(head[2])
  if ticket == ARGV[1] then return { 'yours', redis.call('GET', KEYS[2]) or '' } end
  local alive = redis.call('EXISTS', ARGV[2] .. string.match(ticket, '^[^/]+')) == 1
  if alive and place > oldest then return { 'wait' } end
  -- Its replica is gone, or has forgotten it. What it has sent is with KSC, and what it has not is not sent any more.
  redis.call('ZREM', KEYS[1], ticket)
end
