-- Claims a key. The record, the claimant's life;
-- fingerprint, claimant, life in ms, what names of lives begin with, ms to keep a claim without a request sent, ms to keep an unknown one.
local function alive(owner)
  if not owner or owner == '' then return false end
  local replica = string.match(owner, '^[^/]+')
  -- Within one replica a key is in one hand at a time: an older hand of its own has let go.
  if replica == string.match(ARGV[2], '^[^/]+') then return false end
  return redis.call('EXISTS', ARGV[4] .. replica) == 1
end

-- Renewed by the replica itself every third of it.
if redis.call('PTTL', KEYS[2]) < ARGV[3] / 2 then redis.call('SET', KEYS[2], '1', 'PX', ARGV[3]) end
local is = redis.call('HMGET', KEYS[1], 'print', 'state', 'owner', 'sent', 'waited', 'task')
local print, state, owner, sent, waited, task = is[1], is[2], is[3], is[4], is[5], is[6]
if not state then
  redis.call('HSET', KEYS[1], 'print', ARGV[1], 'state', 'claimed', 'owner', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  return { 'first' }
end
if print ~= ARGV[1] then return { 'conflict' } end
if state == 'settled' then return { 'replay', task, string.format('%d', redis.call('PTTL', KEYS[1])) } end
if alive(owner) then
  -- Whoever decides it tells those who wait, and nobody else.
  redis.call('HSET', KEYS[1], 'waits', '1')
  return { 'in_flight' }
end
redis.call('HSET', KEYS[1], 'owner', ARGV[2])
if state == 'claimed' then
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  return { 'first' }
end
-- Who had it in hand may have been at work until now.
if state == 'sending' then waited = nil end
waited = waited or '0'
redis.call('HSET', KEYS[1], 'state', 'unknown', 'waited', waited)
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return { 'unknown', sent, waited }
