-- Reports a row of the journal, and makes it where there is none. KEYS: the row. ARGV: the largest entry and owner in bytes;
-- fingerprint, entry ('' to make no row), owner and lease of a new row; how long rows are kept; and how far a test has moved the
-- time; all times in milliseconds. Answers a word, the time, and the fields of the row:
--   fresh      there was none, and it was made at this time
--   absent     there is none, and none was made
--   there      the row; nothing was written: the caller judges it and takes it over with take_over.lua
--   large, malformed
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[8]
local fingerprint, entry, owner, lease, kept = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local none = { false, false, false, false, false, false }

local fields = redis.pcall('HLEN', KEYS[1])
if type(fields) ~= 'number' and not string.find(fields.err, 'WRONGTYPE', 1, true) then
  return fields
end
if type(fields) ~= 'number' then
  return { 'malformed', now, none }
end
-- No field is read that is larger than one of ours.
local most = { fingerprint = 64, entry = tonumber(ARGV[1]), finished = 1, owner = tonumber(ARGV[2]), lease_until = 20,
  created = 20 }
for field, size in pairs(most) do
  if redis.call('HSTRLEN', KEYS[1], field) > size then
    return { 'large', now, none }
  end
end

local row = redis.call('HMGET', KEYS[1], 'fingerprint', 'entry', 'finished', 'owner', 'lease_until', 'created')
for index = 1, 6 do
  fields = fields - (row[index] and 1 or 0)
end
if fields ~= 0 then
  return { 'malformed', now, none }
end
if row[1] or row[2] or row[3] or row[4] or row[5] or row[6] then
  return { 'there', now, row }
end
if entry == '' then
  return { 'absent', now, none }
end
redis.call('HSET', KEYS[1], 'fingerprint', fingerprint, 'entry', entry, 'owner', owner,
  'lease_until', string.format('%.0f', now + lease), 'created', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], kept)
return { 'fresh', now, none }
