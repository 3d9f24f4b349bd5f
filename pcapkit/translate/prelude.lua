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

-- The next key of a walk over all records that never ends, in whatever order; "" now and then. The key after it is
-- found at once, while the one at hand is surely there.
local walks = setmetatable({}, { __mode = "k" })
local function walk(records)
    local key = walks[records]
    if key == nil or records[key] == nil then
        key = next(records)
    end
    walks[records] = key ~= nil and next(records, key) or nil
    return key or ""
end

-- Put a key at the end of a queue.
local function put(queue, key)
    queue.last = queue.last + 1
    queue[queue.last] = key
end

-- How many keys a queue has.
local function queued(queue)
    return queue.last - queue.first + 1
end

-- Take the first key out of a queue; "" where there is none.
local function take(queue)
    local key = queue[queue.first]
    if key then
        queue[queue.first] = nil
        queue.first = queue.first + 1
    end
    return key or ""
end

-- A part of a record that most do without: made, all zero, when it is first touched.
local function rare(record, name, new)
    local part = record[name]
    if not part then
        part = new()
        record[name] = part
    end
    return part
end
