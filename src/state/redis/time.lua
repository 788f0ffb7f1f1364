-- The server's time in milliseconds. KEYS: any. ARGV: how far a test has moved the time.
local time = redis.call('TIME')
return time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
