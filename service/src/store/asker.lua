-- Who asked for a task is remembered once: nobody who is told of later takes the place of the first. From this key and this
-- argument on: the record, and the tasks of its case, if it has one; its text, its life in ms; its task, the place of that among
-- those, the oldest place that is kept, how many are.
local function enter(key, arg)
  redis.call('SET', KEYS[key], ARGV[arg], 'NX', 'PX', ARGV[arg + 1])
  local case = KEYS[key + 1]
  if not case then return end
  redis.call('ZADD', case, ARGV[arg + 3], ARGV[arg + 2])
  redis.call('ZREMRANGEBYSCORE', case, '-inf', '(' .. ARGV[arg + 4])
  redis.call('ZREMRANGEBYRANK', case, 0, -1 - ARGV[arg + 5])
  redis.call('PEXPIRE', case, ARGV[arg + 1])
end
