-- Counts an event no more. KEYS: the events. ARGV: the event's id.
return redis.call('ZREM', KEYS[1], ARGV[1])
