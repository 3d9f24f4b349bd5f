-- Wireshark ------------------------------------------------------------------
--
-- What Wireshark shows of it: a post-dissector, which runs after all others, on bytes that they have seen.

local proto = Proto("@NAME@", "@TITLE@")

local fields = {
@PROTO_FIELDS@
}
proto.fields = fields
@EXPERTS@
if set_plugin_info then
    set_plugin_info({ version = "@VERSION@", author = "pcapkit", description = "@TITLE@" })
end

-- The link types that a frame can be of (LINKTYPE_*). Wireshark does not tell Lua which one it is, but the right one
-- is that under which its own port numbers come out. The one that was right last comes first.
local links = { 1, 113, 276, 0, 101, 9, 104, 239, 10 }

local packet = @NEW_PACKET@()
local told = @NEW_FIELDS@()
local capture, kept, last_number

-- Begin a capture: nothing is known of any connection, nothing was told of any frame.
local function begin_capture()
    capture = @NEW_CAPTURE@()
    -- For each field a list by frame number: a table for each frame would cost far more. Zero takes no room.
    kept = {
        any = {},
@LISTS@
    }
    last_number = 0
end

begin_capture()
proto.init = begin_capture

-- Read a frame into `packet`; whether it is @PROTOCOL@.
local function read_packet(frame, wire, pinfo)
    @DECODE@(frame, wire, links[1], packet)
    if pinfo.port_type ~= 2 then -- Wireshark found no TCP ports, perhaps other ones inside: the bytes decide
        return packet.has_segment
    end
    local source, destination = pinfo.src_port, pinfo.dst_port
    local segment = packet.segment
    if packet.has_segment and segment.source_port == source and segment.destination_port == destination then
        return true
    end
    for place = 2, #links do
        local link = links[place]
        @DECODE@(frame, wire, link, packet)
        if packet.has_segment and segment.source_port == source and segment.destination_port == destination then
            table.remove(links, place)
            table.insert(links, 1, link)
            return true
        end
    end
    @DECODE@(frame, wire, links[1], packet)
    return packet.has_segment
end

-- Make ready for what is told of the next frame.
local function clear_told()
@CLEAR@
end

-- Keep what was told of a frame.
local function keep_told(number)
    kept.any[number] = true
@KEEP@
end

-- Learn from a frame: from each once, in the order of the capture.
local function learn_from(tvb, pinfo, number)
    -- With a read filter (tshark -2 -R), a frame that it rejects has the number of the next one that it accepts.
    if number <= last_number then
        for _, list in pairs(kept) do
            list[number] = nil
        end
    end
    last_number = number
    local frame = tvb:raw()
    if read_packet(frame, pinfo.len, pinfo) then
        clear_told()
        local time = floor(pinfo.rel_ts * 1000000000 + 0.5) % 4503599627370496 -- 2^52: exact in every Lua
        if @DISSECT@(capture, packet, frame, number, time, told) then
            keep_told(number)
        end
    end
end
@SETS@@SPANS@
-- Add what was told of a frame to its tree, marked as concluded: it is not in the frame's bytes.
local function show(tree, number)
    local item = tree:add(proto)
    item:set_generated()
@SHOW@
end

function proto.dissector(tvb, pinfo, tree)
    local number = pinfo.number
    if not pinfo.visited then
        learn_from(tvb, pinfo, number)
    end
    if kept.any[number] then
        show(tree, number)
    end
end

register_postdissector(proto)
