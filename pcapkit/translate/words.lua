
-- The members of a set, in ascending order; each set that occurs is taken apart once.
local members_by_set = {}
local function members_of(set)
    local members = members_by_set[set]
    if not members then
        members = {}
        for member = 0, 31 do
            if has(set, member) then
                members[#members + 1] = member
            end
        end
        members_by_set[set] = members
    end
    return members
end

-- The labels of a set's members in one line; a member without a label is its number.
local function labels_of(set, labels)
    local found = {}
    for place, member in ipairs(members_of(set)) do
        found[place] = labels[member] or "#" .. member
    end
    return table.concat(found, " + ")
end

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

-- A span of nanoseconds in seconds, exactly.
local function seconds_of(nanoseconds)
    local size = nanoseconds < 0 and -nanoseconds or nanoseconds
    local seconds = floor(size / 1000000000)
    return format("%s%d.%09d s", nanoseconds < 0 and "-" or "", seconds, size - seconds * 1000000000)
end

-- A span of nanoseconds for reading: in the unit that suits it.
local function about(nanoseconds)
    local size = nanoseconds < 0 and -nanoseconds or nanoseconds
    local sign = nanoseconds < 0 and "-" or ""
    if size < 1000 then
        return format("%s%d ns", sign, size)
    elseif size < 1000000 then
        return (format("%s%.1f us", sign, size / 1000):gsub("%.0 ", " "))
    elseif size < 1000000000 then
        return (format("%s%.1f ms", sign, size / 1000000):gsub("%.0 ", " "))
    end
    return (format("%s%.1f s", sign, size / 1000000000):gsub("%.0 ", " "))
end
@COMMENT_LABELS@
-- What `told` tells in one line, for reading.
local function line_of_told()
    local words = {}
@LINE@
    return table.concat(words, ", ")
end

-- What `told` tells as pcapkit writes it into a comment: every field, exactly.
local function words_of_told()
    local words = {}
@COMMENT@
    return table.concat(words, "; ")
end
