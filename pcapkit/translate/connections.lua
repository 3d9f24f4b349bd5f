    -- What is no news. A connection's opening is what begins with one word, up to other news or none: "open 1/3 ...".
    local is_quiet = @QUIET@

    local function has_news(set)
        for _, member in ipairs(members_of(set)) do
            if not is_quiet[member] then
                return true
            end
        end
        return false
    end

    -- Note what is odd about a connection, with the first frame that it was seen in.
    local function note(one, problem, number)
        if not one.is_noted[problem] then
            one.is_noted[problem] = true
            one.problems[#one.problems + 1] = format("%s (frame %d)", problem, number)
        end
    end

    -- An IPv6 address as RFC 5952 writes it: the longest run of zeros left out.
    local function ipv6_text(bytes)
        local groups, best, length = {}, 0, 1
        for place = 1, 8 do
            groups[place] = u16(bytes, place * 2 - 2)
            local run = 0
            while run < place and groups[place - run] == 0 do
                run = run + 1
            end
            if run > length then
                best, length = place - run + 1, run
            end
        end
        local words = {}
        for place, group in ipairs(groups) do
            words[place] = format("%x", group)
        end
        if best == 0 then
            return table.concat(words, ":")
        end
        return table.concat(words, ":", 1, best - 1) .. "::" .. table.concat(words, ":", best + length, 8)
    end

    -- An address and a port.
    local function endpoint_text(address, port)
        if #address == 4 then
            return format("%d.%d.%d.%d:%d", u8(address, 0), u8(address, 1), u8(address, 2), u8(address, 3), port)
        end
        return format("[%s]:%d", ipv6_text(address), port)
    end

    -- Who began a connection, and with whom.
    local function between(number)
        local both = endpoints[number]
        if not both then
            return ""
        end
        local size = floor((#both - 4) / 2)
        local from, to = sub(both, 1, size), sub(both, size + 1, 2 * size)
        return endpoint_text(from, u16(both, 2 * size)) .. " > " .. endpoint_text(to, u16(both, 2 * size + 2))
    end

    -- What is known of each connection, in the order of their first frames.
    local function gathered()
        local order, by_number = {}, {}
        each_told(function(number)
            local one = by_number[@KEY@]
            if not one then
                one = { number = @KEY@, frames = 0, opening = {}, took = 0, later = {}, problems = {}, is_noted = {} }
                by_number[@KEY@] = one
                order[#order + 1] = one
            end
            one.frames = one.frames + 1
            if @NEWS@ then
                local what = @WHAT@
                one.kind = one.kind or what:match("^%w+")
                if one.is_open or what:match("^%w+") ~= one.kind then
                    one.is_open = true
                    one.later[#one.later + 1] = what
                else
                    one.opening[#one.opening + 1] = what
                    one.took = one.took + @TOOK@
                end
            else
                one.is_open = true
            end
@NOTES@
        end)
        return order
    end

    -- For each connection a line, and one below it: how it was opened, what happened later, by whom, and what is odd.
    function connections()
        local rows = { { "no.", "between", "frames", "opened in"@STATE_TITLES@ } }
        for _, one in ipairs(gathered()) do
            local story = {}
            for _, part_of_it in ipairs({ listed(one.opening), listed(one.later), listed(one.problems) }) do
                story[#story + 1] = part_of_it ~= "" and part_of_it or nil
            end
            rows[#rows + 1] = {
                tostring(one.number),
                between(one.number),
                tostring(one.frames),
                one.took ~= 0 and about(one.took) or "",@STATE_CELLS@
            }
            rows[#rows + 1] = { "     " .. table.concat(story, "; ") }
        end
        return in_columns(rows)
    end

