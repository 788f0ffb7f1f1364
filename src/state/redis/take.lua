-- Counts an event if fewer than the limit were counted within the window; answers -1 if so, else how long to wait.
-- KEYS: the events. ARGV: the event's id, limit, window, how long events are kept, and how far a test has moved the time;
-- all times in milliseconds.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[5]
local id, limit, window, kept = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

if redis.call('ZSCORE', KEYS[1], id) then
  return -1
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - kept))
local after, last = string.format('(%.0f', now - window), string.format('%.0f', now)
local made = redis.call('ZCOUNT', KEYS[1], after, last)
if made >= limit then
  local leaving = redis.call('ZRANGEBYSCORE', KEYS[1], after, last, 'WITHSCORES', 'LIMIT', made - limit, 1)
  -- With a limit of 0 nothing need leave.
  return (tonumber(leaving[2]) or now) + window - now
end
redis.call('ZADD', KEYS[1], last, id)
redis.call('PEXPIRE', KEYS[1], kept)
return -1
