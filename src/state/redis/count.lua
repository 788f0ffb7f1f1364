-- How many events were counted within the window. KEYS: the events. ARGV: window, and how far a test has moved the time,
-- in milliseconds.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
return redis.call('ZCOUNT', KEYS[1], string.format('(%.0f', now - ARGV[1]), string.format('%.0f', now))
