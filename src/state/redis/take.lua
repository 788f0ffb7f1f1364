-- Counts an event if in each window fewer than its limit were counted; answers {0, 0} if so, else the
-- number of the window that has room last and how long to wait.
-- KEYS: the events. ARGV: the event's id, how long events are kept, limit and window of each window, and how far a test
-- has moved the time; all times in milliseconds.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[#ARGV]
local id, kept = ARGV[1], tonumber(ARGV[2])

if redis.call('ZSCORE', KEYS[1], id) then
  return {0, 0}
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - kept))
local last, full, wait = string.format('%.0f', now), 0, -1
for at = 3, #ARGV - 1, 2 do
  local limit, window = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local after = string.format('(%.0f', now - window)
  local made = redis.call('ZCOUNT', KEYS[1], after, last)
  if made >= limit then
    local leaving = redis.call('ZRANGEBYSCORE', KEYS[1], after, last, 'WITHSCORES', 'LIMIT', made - limit, 1)
    -- With a limit of 0 nothing need leave.
    local left = (tonumber(leaving[2]) or now) + window - now
    if left > wait then
      full, wait = (at - 1) / 2, left
    end
  end
end
if full > 0 then
  return {full, wait}
end
redis.call('ZADD', KEYS[1], last, id)
redis.call('PEXPIRE', KEYS[1], kept)
return {0, 0}
