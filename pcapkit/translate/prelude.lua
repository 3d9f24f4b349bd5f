-- What the functions below are made of.

local byte, sub, format, floor = string.byte, string.sub, string.format, math.floor

-- The powers of two, which stand in for shifting.
local power = { [0] = 1 }
for exponent = 1, 31 do
    power[exponent] = 2 * power[exponent - 1]
end

-- The byte at offset `at`, counting from 0; 0 where the frame has none.
local function u8(frame, at)
    if at >= #frame then
        return 0
    end
    return byte(frame, at + 1)
end

-- The two bytes at offset `at`, the first one the more significant; 0 where the frame does not have both.
local function u16(frame, at)
    if at + 2 > #frame then
        return 0
    end
    local high, low = byte(frame, at + 1, at + 2)
    return high * 256 + low
end

-- The four bytes at offset `at`; 0 where the frame does not have all four.
local function u32(frame, at)
    if at + 4 > #frame then
        return 0
    end
    local a, b, c, d = byte(frame, at + 1, at + 4)
    return a * 16777216 + b * 65536 + c * 256 + d
end

-- `length` bytes from offset `at`, as far as the frame has them.
local function part(frame, at, length)
    if at + length <= #frame then
        return sub(frame, at + 1, at + length)
    elseif at < #frame then
        return sub(frame, at + 1)
    end
    return ""
end

-- Whether `member` is in the set `members`, in which bit n stands for member n.
local function has(members, member)
    local weight = power[member]
    return members % (2 * weight) >= weight
end

-- The set `members` with `member` in it.
local function including(members, member)
    local weight = power[member]
    if members % (2 * weight) >= weight then
        return members
    end
    return members + weight
end

-- Put `record` at `key`, in place of the one that was there.
local function add(records, key, record)
    records[key] = record
    return record
end
