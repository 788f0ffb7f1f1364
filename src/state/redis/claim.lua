-- Claims a row of the journal. KEYS: the row. ARGV: fingerprint, owner, evicted owner or '', lease, how long rows are
-- kept, the longest lease, when a new row is first claimed or '' for now, the entry of a new row, whether a row that is too
-- old may be replaced ('1'), the largest entry and owner in bytes, and how far a test has moved the time; all times in
-- milliseconds. Answers a word and the fields of the row; '' and 0 where there is none.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[12]
local fingerprint, owner, evicted = ARGV[1], ARGV[2], ARGV[3]
local lease, kept, lease_max = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local created_at, first, may_replace = tonumber(ARGV[7]) or now, ARGV[8], ARGV[9] == '1'

-- No field is read that is larger than one of ours.
local fields = redis.pcall('HLEN', KEYS[1])
if type(fields) ~= 'number' and not string.find(fields.err, 'WRONGTYPE', 1, true) then
  return fields
end
if type(fields) ~= 'number' then
  return { 'malformed', false, false, false, false, 0, false, now }
end
local most = { fingerprint = 64, entry = tonumber(ARGV[10]), finished = 1, owner = tonumber(ARGV[11]), lease_until = 20,
  created = 20 }
for field, size in pairs(most) do
  if redis.call('HSTRLEN', KEYS[1], field) > size then
    return { 'large', false, false, false, false, 0, false, now }
  end
end

local row = redis.call('HMGET', KEYS[1], 'fingerprint', 'entry', 'finished', 'owner', 'lease_until', 'created')
for index = 1, 6 do
  fields = fields - (row[index] and 1 or 0)
end
local is_there = row[1] or row[2] or row[3] or row[4] or row[5] or row[6]
if fields ~= 0 or is_there and not (row[1] and row[4] and row[5] and row[6] and string.match(row[6], '^%d+$')) then
  return { 'malformed', false, false, false, false, 0, false, now }
end
local function answer(word, left)
  return { word, row[1], row[2], row[3], row[4], left or 0, row[6], now }
end

local is_too_old = is_there and tonumber(row[6]) + kept <= now
if is_too_old and not may_replace then
  return answer('too_old')
end
if is_there and not is_too_old then
  if row[1] ~= fingerprint then
    return answer('conflict')
  end
  if row[3] then
    return answer('finished')
  end
  -- A lease that is no number, or longer than any of ours, is over.
  local left = (string.match(row[5], '^%d+$') and tonumber(row[5]) or 0) - now
  if left > 0 and left <= lease_max and row[4] ~= owner and row[4] ~= evicted then
    return answer('held', left)
  end
  if row[2] then
    redis.call('HSET', KEYS[1], 'owner', owner, 'lease_until', string.format('%.0f', now + lease))
    return answer('resumed')
  end
end
-- A Redis without room refuses a script's first write only, and to delete is a write.
if is_there then
  redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], 'fingerprint', fingerprint, 'entry', first, 'owner', owner,
  'lease_until', string.format('%.0f', now + lease), 'created', string.format('%.0f', created_at))
redis.call('PEXPIRE', KEYS[1], kept)
return { 'fresh', false, false, false, false, 0, string.format('%.0f', created_at), now }
