
-- Recorded comments ----------------------------------------------------------
--
-- A recording of pcapkit's holds comments that begin with "pcapkit: ", in which " | @NAME@: " comes before what
-- this dissector said when the frame was recorded.

-- What a comment says in this dissector's name; nil where it says nothing.
local function part_of(comment)
    local begin, stop = comment:find(" | ", #"pcapkit: " + 1, true)
    while begin do
        local next_begin, next_stop = comment:find(" | ", stop + 1, true)
        local part = sub(comment, stop + 1, (next_begin or 0) - 1)
        if sub(part, 1, #"@NAME@: ") == "@NAME@: " then
            return sub(part, #"@NAME@: " + 1)
        end
        begin, stop = next_begin, next_stop
    end
    return nil
end

-- The number that up to four bytes stand for.
local function number_in(bytes, at, size, little)
    local value = 0
    for place = 0, size - 1 do
        value = value * 256 + byte(bytes, little and at + size - 1 - place or at + place)
    end
    return value
end

-- The first of pcapkit's comments in the packet blocks of a pcapng file that Wireshark has just written.
local function comment_in(bytes)
    local little = byte(bytes, 9) == 0x4D -- the byte-order magic
    local at = 1
    while at + 12 <= #bytes do
        local stop = at + number_in(bytes, at + 4, 4, little) - 4
        if number_in(bytes, at, 4, little) == 6 then -- an enhanced packet block
            local option = at + 28 + floor((number_in(bytes, at + 20, 4, little) + 3) / 4) * 4
            while option + 4 <= stop do
                local length = number_in(bytes, option + 2, 2, little)
                local text = sub(bytes, option + 4, option + 3 + length)
                if number_in(bytes, option, 2, little) == 1 and sub(text, 1, #"pcapkit: ") == "pcapkit: " then
                    return text
                end
                option = option + 4 + floor((length + 3) / 4) * 4
            end
        end
        at = stop + 4
    end
    return nil
end

-- pcapkit's comment on this frame, out of a file that Wireshark writes the frame to.
local function comment_by_file()
    local named, path = pcall(os.tmpname)
    if not named then -- no folder to write to: it raises
        return nil
    end
    local done, text = pcall(function()
        local file = Dumper.new_for_current(path, wtap_name_to_file_type_subtype("pcapng"))
        file:dump_current()
        file:close()
        local stream = assert(io.open(path, "rb"))
        local bytes = stream:read("*a")
        stream:close()
        return comment_in(bytes)
    end)
    os.remove(path)
    return done and text or nil
end

-- pcapkit's comment on this frame, out of its tree.
local function comment_in_tree()
    for _, info in ipairs({ all_field_infos() }) do
        if info.name == "frame.comment" and sub(info.value, 1, #"pcapkit: ") == "pcapkit: " then
            return info.value
        end
    end
    return nil
end

-- Wireshark puts comments into a tree that it shows, and into a hidden one if somebody asks for them. A field extractor
-- would ask always, and there would be a tree always; so a listener asks, from when it is needed on. It is not heeded
-- in the frame that it is made in, nor where no taps run (sharkd's filters, Wireshark's columns): there a file must do.
local listener, heard
local looked, found_any = 0, false
local PATIENCE = 100 -- frames

-- From the next frame on, want comments to be in the tree. Only where there is a tree already, or before the first
-- frame: Wireshark ends itself where a listener with a filter comes into a pass without trees.
local function listen()
    if not listener then
        listener = Listener.new("frame", "frame || frame.comment")
        listener.packet = function(pinfo)
            heard = pinfo.number
        end
    end
end

-- Make comments nobody's wish again.
local function stop_listening()
    if listener then
        listener:remove()
    end
    listener, heard = nil, nil
end

-- What pcapkit's comment on this frame says in this dissector's name; nil where it has none. by_name: whether it is
-- the comparison that was asked for. Others want it only of a capture that has such comments among its first frames.
local function recorded_words(number, pinfo, tree, by_name)
    local is_shown = tree.visible
    if looked >= PATIENCE and not found_any then
        if not by_name then
            stop_listening()
            return nil
        end
        -- Up to 4.2, tshark -T fields shows every tree, whoever asks: look no longer than it makes sense.
        if is_shown and not pinfo.visited then
            return nil
        end
    end
    local comment
    if is_shown or heard == number - 1 then
        comment = comment_in_tree()
    else
        listen()
        comment = comment_by_file()
    end
    found_any = found_any or comment ~= nil
    looked = looked + 1
    return comment and part_of(comment)
end

-- Begin a capture: whether it has comments is not known.
local function forget_recorded()
    stop_listening()
    looked, found_any = 0, false
end
