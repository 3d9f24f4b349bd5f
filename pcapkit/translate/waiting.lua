-- Frames that wait -----------------------------------------------------------
--
-- To learn from a frame costs several times what it costs to keep all that learning takes. So where nobody asks for
-- what would be told, as in most runs of tshark, frames only wait, until somebody does.

local HEAD = @HEAD@ -- bytes of a plain frame that the dissector may look at
local MOST_WAITING = @MOST_WAITING@ -- bytes; where more would wait, it is time to learn
local EACH = 72 -- bytes that a frame takes here besides its own
local LONGEST = 4294967295 -- stands for a wire length that does not matter

-- Where a plain frame has its EtherType, if any, and its IP header: Ethernet, cooked v1 and v2, raw IP.
local LAYOUTS = { [1] = { 12, 14 }, [113] = { 14, 16 }, [276] = { 0, 20 }, [101] = { nil, 0 } }

-- The frames that wait, in a row: bytes and time. What is like that of the frame before is not kept: the link type, and
-- the number less the place in the row. The wire length is kept where it matters.
local heads, times, links_from, ahead_from, wires
local waiting_count
local waiting_bytes
local link, ahead -- of the latest one

-- Begin a capture: nothing waits.
local function forget_waiting()
    heads, times, links_from, ahead_from, wires = {}, {}, {}, {}, {}
    waiting_count, waiting_bytes, link, ahead = 0, 0, nil, nil
end

-- Whether a frame, of which this is the head, is plain in this layout: a whole IP datagram and in it, at once, TCP. Then
-- all headers are in the head, and what lies behind the datagram does not matter. An EtherType in its place tells enough
-- of the layout; where there is none, the ports have to be those that Wireshark has.
local function is_plain(head, layout, size, pinfo)
    local type_at, at = layout[1], layout[2]
    local first, _, high, low, _, _, placement, rest, _, protocol = byte(head, at + 1, at + 10)
    local kind, ports_at, stop
    if first == 0x45 then
        if protocol ~= 6 or placement % 64 ~= 0 or rest ~= 0 then -- not TCP, or a fragment
            return false
        end
        kind, ports_at, stop = 0x08, at + 20, at + high * 256 + low
    elseif first and first >= 0x60 and first < 0x70 and placement == 6 then
        kind, ports_at, stop = 0x86, at + 40, at + 40 + u16(head, at + 4)
    else
        return false
    end
    if stop < ports_at + 20 or #head < ports_at + 20 or stop > size and stop > pinfo.len then
        return false
    end
    if type_at then
        local a, b = byte(head, type_at + 1, type_at + 2)
        return a == kind and b == (kind == 0x08 and 0x00 or 0xDD)
    end
    return pinfo.port_type == 2
        and pinfo.src_port == u16(head, ports_at)
        and pinfo.dst_port == u16(head, ports_at + 2)
end

-- Learn from all frames that wait.
local function catch_up()
    local frame, time, link_from, more_from, wire = heads, times, links_from, ahead_from, wires
    local count, more, kind = waiting_count, nil, nil
    forget_waiting()
    for place = 1, count do
        more, kind = more_from[place] or more, link_from[place] or kind
        learn(frame[place], wire[place] or LONGEST, kind, place + more, time[place])
    end
end

-- Put a frame at the end of the row.
local function let_wait(frame, number, time)
    local count = waiting_count + 1
    heads[count], times[count] = frame, time
    if links[1] ~= link then
        link = links[1]
        links_from[count] = link
    end
    if number - count ~= ahead then
        ahead = number - count
        ahead_from[count] = ahead
    end
    waiting_count, waiting_bytes = count, waiting_bytes + #frame + EACH
    if waiting_bytes > MOST_WAITING then
        catch_up()
    end
end

-- Let a frame wait that is not plain: if it is @PROTOCOL@ at all, up to the end of that header.
local function put_odd(tvb, pinfo, number)
    local frame = tvb:raw()
    if read_packet(frame, pinfo) then
        frame = sub(frame, 1, @HEADERS_END@)
    elseif number <= (ahead and waiting_count + ahead or last_learnt) then -- in place of one that a read filter rejects
        frame = ""
    else
        return
    end
    wires[waiting_count + 1] = pinfo.len
    let_wait(frame, number, pinfo.rel_ts)
end

-- Let a frame wait.
local function put_off(tvb, pinfo, number)
    local size = pinfo.caplen
    local layout = LAYOUTS[links[1]]
    if layout then
        local head = tvb:raw(0, size < HEAD and size or HEAD)
        if is_plain(head, layout, size, pinfo) then
            let_wait(head, number, pinfo.rel_ts)
            return
        end
    end
    put_odd(tvb, pinfo, number)
end
