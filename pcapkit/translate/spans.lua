
-- A span of nanoseconds as Wireshark takes it: seconds and nanoseconds, both of one sign.
local function span_of(nanoseconds)
    local size = nanoseconds < 0 and -nanoseconds or nanoseconds
    local seconds = floor(size / 1000000000)
    local rest = size - seconds * 1000000000
    if nanoseconds < 0 then
        return NSTime.new(-seconds, -rest)
    end
    return NSTime.new(seconds, rest)
end
