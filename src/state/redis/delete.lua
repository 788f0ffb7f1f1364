-- Deletes a row of the journal, unless an owner has a lease on it. KEYS: the row. ARGV: an owner that is known to have ended;
-- the largest owner in bytes; the longest lease; and how far a test has moved the time; times in milliseconds. Answers a word,
-- and the owner and the rest of its lease:
--   deleted, absent
--   held       nothing was deleted
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]
if redis.call('HLEN', KEYS[1]) == 0 then
  return { 'absent', '', 0 }
end
-- A row with a larger owner is none of ours.
if redis.call('HSTRLEN', KEYS[1], 'owner') <= tonumber(ARGV[2]) and redis.call('HSTRLEN', KEYS[1], 'lease_until') <= 20 then
  local row = redis.call('HMGET', KEYS[1], 'owner', 'lease_until')
  local left = (tonumber(row[2] or 0) or 0) - now
  if row[1] and row[1] ~= ARGV[1] and left > 0 and left <= tonumber(ARGV[3]) then
    return { 'held', row[1], math.floor(left) }
  end
end
redis.call('DEL', KEYS[1])
return { 'deleted', '', 0 }
