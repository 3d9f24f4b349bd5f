
-- Reports --------------------------------------------------------------------
--
-- Tables of a whole capture, made when somebody asks for them, out of what is kept anyway.

local @ANNOUNCED@
do
    local MOST = 12 -- of what a line lists

    -- A list in one line, which ends somewhere.
    local function listed(words)
        local more = #words - MOST
        local line = table.concat(words, ", ", 1, more > 0 and MOST or #words)
        return more > 0 and format("%s, and %d more", line, more) or line
    end

    -- Lines in columns; what stands last in a line may be of any length.
    local function in_columns(rows)
        local widths = {}
        for _, row in ipairs(rows) do
            for place = 1, #row - 1 do
                widths[place] = math.max(widths[place] or 0, #row[place])
            end
        end
        local lines = {}
        for place, row in ipairs(rows) do
            local cells = {}
            for column = 1, #row - 1 do
                cells[column] = row[column] .. (" "):rep(widths[column] - #row[column])
            end
            cells[#row] = row[#row]
            lines[place] = (table.concat(cells, "  "):gsub(" +$", ""))
        end
        return table.concat(lines, "\n") .. "\n"
    end

    -- Call `visit` for each frame of which something was told, with that in `told`.
    local function each_told(visit)
        catch_up()
        for number = 1, last_number do
            if marks[number] ~= nil then
                recall(number)
                visit(number)
            end
        end
    end

@GATHER@    -- How often each thing was seen, and where first.
    function summary()
        local counts, places, frames = {}, {}, 0
        local function count(title, member, number)
            local name = title .. member
            counts[name] = (counts[name] or 0) + 1
            places[name] = places[name] or {}
            if counts[name] <= MOST then
                places[name][counts[name]] = tostring(number)
            end
        end
        each_told(function(number)
            frames = frames + 1
@SEEN@
        end)
        local rows = { { "", "what", "frames", "the first of them" } }
        for _, known in ipairs({
@LABELS@
        }) do
            local name = known[1] .. known[2]
            if counts[name] then
                local more = counts[name] > MOST and ", ..." or ""
                local first = table.concat(places[name], ", ") .. more
                rows[#rows + 1] = { known[1], known[3], tostring(counts[name]), first }
            end
        end
        return format("%s: %d of %d frames\n\n", "@TITLE@", frames, last_number) .. in_columns(rows)
    end
end

local reports = {
@REPORTS@
}

-- In Wireshark they are under Tools. tshark prints one at the end: -o @NAME@.report:connections, or summary.
local at_end -- the listener that does

local function print_at_end()
    if at_end then
        at_end:remove()
        at_end = nil
    end
    local entry = not gui_enabled() and reports[proto.prefs.report]
    if entry then
        at_end = Listener.new("frame")
        function at_end.draw()
            print(entry.report())
        end
    end
end

function proto.prefs_changed()
    read_preferences()
    print_at_end()
end

if gui_enabled() then
    local function show_report(title, report)
        local window = TextWindow.new(title)
        window:set(report())
        window:add_button("Refresh", function()
            window:set(report())
        end)
    end
    for _, entry in ipairs(reports) do
        register_menu("pcapkit/" .. entry.title, function()
            show_report(entry.title, entry.report)
        end, MENU_TOOLS_UNSORTED)
    end
end
