
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

-- The labels of a set's members in one line.
local labels_by_set = {}
local function labels_of(set, labels)
    local line = labels_by_set[set]
    if not line then
        local found = {}
        for place, member in ipairs(members_of(set)) do
            found[place] = labels[member]
        end
        line = table.concat(found, " + ")
        labels_by_set[set] = line
    end
    return line
end
