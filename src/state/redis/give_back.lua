-- Counts an event no more. KEYS: the events. ARGV: the event's id.
-- It is moved to where no window reaches, and the next event that is counted deletes it.
return redis.call('ZADD', KEYS[1], 'XX', 0, ARGV[1])
