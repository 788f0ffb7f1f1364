-- Takes over a row of the journal that is still as it was reported; answers 1 if so, else 0. KEYS: the row. ARGV: the reported
-- fingerprint, entry, finished, owner, lease_until and created, each '' if absent, else '=' and the value; then owner and lease;
-- then fingerprint, entry and created of the row that replaces it ('' thrice to keep it), and how long rows are kept; and how far
-- a test has moved the time; all times in milliseconds.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[13]
local owner, lease_until = ARGV[7], string.format('%.0f', now + ARGV[8])
local fingerprint, entry, created, kept = ARGV[9], ARGV[10], ARGV[11], ARGV[12]

local row = redis.call('HMGET', KEYS[1], 'fingerprint', 'entry', 'finished', 'owner', 'lease_until', 'created')
local is_there = false
for index = 1, 6 do
  is_there = is_there or row[index]
  if (row[index] and '=' .. row[index] or '') ~= ARGV[index] then
    return 0
  end
end
if created == '' then
  redis.call('HSET', KEYS[1], 'owner', owner, 'lease_until', lease_until)
  return 1
end
-- A Redis without room refuses a script's first write only, and to delete is a write.
if is_there then
  redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], 'fingerprint', fingerprint, 'entry', entry, 'owner', owner, 'lease_until', lease_until,
  'created', created)
redis.call('PEXPIRE', KEYS[1], kept)
return 1
