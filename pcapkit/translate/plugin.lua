-- Wireshark ------------------------------------------------------------------
--
-- What Wireshark shows of it: a post-dissector, which runs after all others, on bytes that they have seen.

local proto = Proto("@NAME@", "@TITLE@")

local fields = {
@PROTO_FIELDS@
}
-- Expert information is asked for under names of Wireshark's own. With these fields, whoever asks for one of them asks for
-- this protocol too. Not in the window: it learns from every frame at once, and where it loads plugins anew, it forgets
-- the names of their fields.
local expert_fields = {}
if not gui_enabled() then
    expert_fields = {
        ProtoField.protocol("_ws.expert", "Expert Info"),
        ProtoField.string("_ws.expert.message", "Message"),
        ProtoField.uint32("_ws.expert.severity", "Severity level"),
        ProtoField.uint32("_ws.expert.group", "Group"),
    }
    for place, field in ipairs(expert_fields) do
        fields["expert " .. place] = field
    end
    -- That the warning of a disagreement is asked for is seen in the same way.
    fields["agrees not"] = ProtoField.none("@NAME@.agrees.not", "recorded otherwise")
end
proto.fields = fields

local experts = {
@EXPERTS@
}
proto.experts = {
@EXPERT_LIST@
}

proto.prefs.info = Pref.bool("Show in the Info column", false, "Append to each frame's Info column what it is")
proto.prefs.expert = Pref.bool("Add expert information", true, "Add notes and warnings to the expert information")
proto.prefs.compare = Pref.bool(
    "Compare with recorded comments", true, "Whether pcapkit's comment on a frame says the same: @NAME@.agrees"
)
proto.prefs.at_once = Pref.bool(
    "Learn from every frame at once", false, "Needed by tshark -z expert alone, which asks for no field; costs time"
)
proto.prefs.report = Pref.enum("Report at the end", 0, "What tshark prints of the whole capture when it has read it", {
    { "none", "None", 0 },
@REPORT_CHOICES@
}, false)

if set_plugin_info then
    set_plugin_info({ version = "@VERSION@", author = "pcapkit", description = "@TITLE@" })
end

-- The link types that a frame can be of (LINKTYPE_*). Wireshark does not tell Lua which one it is, but the right one
-- is that under which its own port numbers come out. The one that was right last comes first.
local links = { 1, 113, 276, 0, 101, 9, 104, 239, 10 }

local packet = @NEW_PACKET@()
local told = @NEW_FIELDS@()
local told_number -- the frame of which `told` tells
local capture, last_number, last_learnt, adds_info, adds_experts, compares, compares_all, learns_at_once
local waits -- whether frames wait, and are not learnt from as they come; nil: not yet known of this capture

-- What was told, in lists by frame number: a table for each frame would cost far more. Zero takes no room in `kept`,
-- which has a list for each large field. What is small is in `marks`, where each frame is of which something was told:
-- @MARKS_OF@.
local kept, @MARKS@
local noted -- the frames with something for the expert information
local endpoints -- of each connection: the addresses and ports of its first frame

-- Begin a capture: nothing is known of any connection, nothing was told of any frame.
local function begin_capture()
    capture = @NEW_CAPTURE@()
    @MARKS@ = @NO_MARKS@
    kept = {
@LISTS@
    }
    noted, endpoints = {}, {}
    last_number, last_learnt, told_number, waits = 0, 0, 0, nil
end

local function read_preferences()
    adds_info, adds_experts, compares = proto.prefs.info, proto.prefs.expert, proto.prefs.compare
    -- In the window, waiting would only put a pause where nobody expects one.
    learns_at_once = gui_enabled() or adds_info or proto.prefs.at_once
end

-- Read a frame into `packet`; whether it is @PROTOCOL@. The link type is that under which the ports come out that
-- Wireshark has. Where it has none, or those of something inside, the bytes decide.
local function read_packet(frame, pinfo)
    local wire, segment = pinfo.len, packet.segment
    @DECODE@(frame, wire, links[1], packet)
    if pinfo.port_type ~= 2 then -- no TCP
        return packet.has_segment
    end
    local source, destination = pinfo.src_port, pinfo.dst_port
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

-- Whether a set has one of the members that have expert information.
local function is_noted(set, by_member)
    for member in pairs(by_member) do
        if has(set, member) then
            return true
        end
    end
    return false
end

-- Keep what was told of a frame.
local function keep_told(number)
@KEEP@
end

-- Take out again what was told of a frame.
local function recall(number)
    if number == told_number then
        return
    end
    told_number = number
@RECALL@
end

-- With a read filter (tshark -2 -R), a frame that it rejects has the number of the next one that it accepts.
local function forget(number)
    for _, list in pairs(kept) do
        list[number] = nil
    end
    marks[number], noted[number] = nil, nil
end

-- Learn from what was read of a frame: from each frame once, in the order of the capture. time: in seconds, as
-- pinfo.rel_ts has it.
local function learn(frame, packet, number, time)
    if number <= last_learnt then
        forget(number)
    end
    last_learnt, told_number = number, 0
    if packet.has_segment then
        clear_told()
        local nanoseconds = floor(time * 1000000000 + 0.5) % 4503599627370496 -- 2^52: exact in every Lua
        if @DISSECT@(capture, packet, frame, number, nanoseconds, told) then
            told_number = number
            keep_told(number)@ENDPOINTS@
        end
    end
end

@PLAIN@@WAITING@@WORDS@@RECORDED@
-- Add what was told of a frame to its tree, marked as concluded: it is not in the frame's bytes.
local function show(item)
@SHOW@
end

-- The pieces of one text that another one has not.
local function pieces_beyond(text, other)
    local pieces = {}
    for piece in (text .. "; "):gmatch("(.-); ") do
        if not ("; " .. other .. "; "):find("; " .. piece .. "; ", 1, true) then
            pieces[#pieces + 1] = piece
        end
    end
    return table.concat(pieces, "; ")
end

-- Add whether the comment on a frame, as far as it speaks in this dissector's name, says what was told.
local function show_comparison(item, recorded, computed)
    local part = item:add(fields.agrees, recorded == computed):set_generated()
    if recorded ~= computed and adds_experts then
        part:add_proto_expert_info(experts.agrees, format(
            'recorded "%s", computed "%s"', pieces_beyond(recorded, computed), pieces_beyond(computed, recorded)
        ))
    end
end

-- The protocol as Wireshark knows it once it is registered.
local own

-- Whether anybody looks at what is told, or at any expert information.
local function is_asked_for(tree)
    own = own or Dissector.get("@NAME@")
    return tree:referenced(own)
end

-- Whether anybody asks for expert information, by Wireshark's own names.
local function is_expert_asked_for(tree)
    for _, field in ipairs(expert_fields) do
        if tree:referenced(field) then
            return true
        end
    end
    return false
end

-- What the comment on a frame says of it, where somebody wants it compared.
local function recorded_of(number, pinfo, tree, is_asked)
    local warning = fields["agrees not"]
    if is_asked and (tree:referenced(fields.agrees) or warning and tree:referenced(warning)) then
        return recorded_words(number, pinfo, tree, true)
    end
    if compares_all or is_asked and adds_experts and is_expert_asked_for(tree) then
        return recorded_words(number, pinfo, tree, false)
    end
    return nil
end

function proto.dissector(tvb, pinfo, tree)
    local number = pinfo.number
    local is_new = number > last_number
    if is_new or not pinfo.visited then
        last_number = is_new and number or last_number
        if waits == nil then
            waits = not learns_at_once and not is_asked_for(tree)
        end
        if waits then
            put_off(tvb, pinfo, number)
            return
        end
        local frame = plain_head(tvb, pinfo)
        if frame then
            learn(frame, read_plain(frame, links[1]), number, pinfo.rel_ts)
        else
            frame = tvb:raw()
            read_packet(frame, pinfo)
            learn(frame, packet, number, pinfo.rel_ts)
        end
    elseif waiting_count > 0 then
        if not is_asked_for(tree) then
            return
        end
        catch_up()
    end
    local is_asked = is_asked_for(tree)
    local is_told = marks[number] ~= nil
    if is_told and adds_info then
        recall(number)
        pinfo.cols.info:append(" [" .. line_of_told() .. "]")
    end
    local recorded = compares and recorded_of(number, pinfo, tree, is_asked)
    if recorded or is_told and (is_asked or adds_experts and noted[number]) then
        local item = tree:add(proto):set_generated()
        if is_told then
            recall(number)
            item:append_text(": " .. line_of_told())
            show(item)
        end
        if recorded then
            show_comparison(item, recorded, is_told and words_of_told() or "nothing")
        end
    end
end

local function begin()
    begin_capture()
    forget_waiting()
    forget_recorded()
end

begin()

function proto.init()
    begin()
    read_preferences()
    compares_all = compares and adds_experts and proto.prefs.at_once and not gui_enabled()
    if compares_all then
        listen() -- whether there is a tree is settled before the first frame
    end
end

register_postdissector(proto)
@REPORT@