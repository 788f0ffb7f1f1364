-- Changes a row of the journal if the owner still owns it; answers 1 if so, else 0. KEYS: the row. ARGV: what to do,
-- owner, lease, entry (for a release the name that replaces the owner), how long rows are kept, the longest lease, and how far a test has moved the time; all times in
-- milliseconds.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[7]
local change, owner, lease, entry = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local kept, lease_max = tonumber(ARGV[5]), tonumber(ARGV[6])

local row = redis.call('HMGET', KEYS[1], 'owner', 'created', 'lease_until')
if not row[1] then
  -- Forgotten is what it should be; an answer may have been lost.
  return change == 'forget' and 1 or 0
end
if row[1] ~= owner or (tonumber(row[2]) or 0) + kept <= now then
  return 0
end
if change == 'forget' then
  redis.call('DEL', KEYS[1])
  return 1
end
local lease_until = now + lease
if change == 'renew' then
  -- It holds the row longer, never shorter, and never longer than a lease may be.
  local until_now = tonumber(row[3] or 0) or 0
  if until_now > lease_until and until_now <= now + lease_max then
    lease_until = until_now
  end
end
redis.call('HSET', KEYS[1], 'lease_until', string.format('%.0f', lease_until))
if change == 'release' then
  -- Whoever lets go owns it no more: a renewal that comes late must not take it back. The name that is left has the account.
  redis.call('HSET', KEYS[1], 'owner', entry)
end
if change == 'write' or change == 'finish' then
  redis.call('HSET', KEYS[1], 'entry', entry)
end
if change == 'finish' then
  redis.call('HSET', KEYS[1], 'finished', '1')
end
return 1
