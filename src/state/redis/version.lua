-- Refuses a state of a newer version. Before each script; KEYS[2]: the mark, which states of version 1 lack.
local version = redis.call('HMGET', KEYS[2], 'version')[1]
if version and version ~= '1' then
  return redis.error_reply('NEWER ' .. string.sub(version, 1, 20))
end
