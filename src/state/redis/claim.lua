-- Claims a row of the journal. KEYS: the row. ARGV: fingerprint, owner, evicted owner or '', lease, how long rows are
-- kept, and how far a test has moved the time; all times in milliseconds.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[6]
local fingerprint, owner, evicted, lease, kept = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])

local row = redis.call('HMGET', KEYS[1], 'fingerprint', 'entry', 'finished', 'owner', 'lease_until', 'created')
local entry, lease_until, created = row[2], tonumber(row[5] or 0), tonumber(row[6] or 0)
if row[6] and created + kept > now then
  if row[1] ~= fingerprint then
    return { 'conflict', false, false, 0 }
  end
  if row[3] then
    return { 'finished', entry, false, 0 }
  end
  if lease_until > now and row[4] ~= owner and row[4] ~= evicted then
    return { 'held', entry, row[4], lease_until - now }
  end
  redis.call('HSET', KEYS[1], 'owner', owner, 'lease_until', string.format('%.0f', now + lease))
else
  entry = false
  -- A Redis without room refuses a script's first write only, and to delete is a write.
  if row[6] then
    redis.call('DEL', KEYS[1])
  end
  redis.call('HSET', KEYS[1], 'fingerprint', fingerprint, 'owner', owner,
    'lease_until', string.format('%.0f', now + lease), 'created', string.format('%.0f', now))
  redis.call('PEXPIRE', KEYS[1], kept)
end
if entry then
  return { 'resumed', entry, false, 0 }
end
return { 'fresh', false, false, 0 }
