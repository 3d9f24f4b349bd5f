-- Plain frames ---------------------------------------------------------------
--
-- Most frames are a link header, IPv4 or IPv6 without options, and TCP, whole. Their headers are read in one step.

local HEAD = @HEAD@ -- bytes of a plain frame that the dissector may look at

-- By link type: where a plain frame has its EtherType, if any, and its IP header: Ethernet, cooked v1 and v2, raw IP.
local LAYOUTS = { [1] = { 12, 14 }, [113] = { 14, 16 }, [276] = { 0, 20 }, [101] = { nil, 0 } }

-- The head of a frame if it is plain and of the link type of the one before: a whole IP datagram and in it, at once, TCP.
-- Then what lies behind the datagram does not matter. An EtherType in its place tells enough of the link type; where
-- there is none, the ports have to be those that Wireshark has.
local function plain_head(tvb, pinfo)
    local layout = LAYOUTS[links[1]]
    if not layout then
        return nil
    end
    local size = tvb:len() -- not pinfo.caplen: of raw IP, Wireshark cuts off what lies behind the datagram
    local head = tvb:raw(0, size < HEAD and size or HEAD)
    local type_at, at = layout[1], layout[2]
    local first, _, high, low, _, _, placement, rest, _, protocol = byte(head, at + 1, at + 10)
    local kind, more, transport_at, stop
    if first == 0x45 then
        if protocol ~= 6 or placement % 64 ~= 0 or rest ~= 0 then -- not TCP, or a fragment
            return nil
        end
        kind, more, transport_at, stop = 0x08, 0x00, at + 20, at + high * 256 + low
    elseif first and first >= 0x60 and first < 0x70 and placement == 6 then
        kind, more, transport_at, stop = 0x86, 0xDD, at + 40, at + 40 + u16(head, at + 4)
    else
        return nil
    end
    if stop < transport_at + 20 or #head < transport_at + 20 or stop > size and stop > pinfo.len then
        return nil
    end
    if type_at then
        local a, b = byte(head, type_at + 1, type_at + 2)
        return a == kind and b == more and head or nil
    end
    local is_same = pinfo.port_type == 2
        and pinfo.src_port == u16(head, transport_at)
        and pinfo.dst_port == u16(head, transport_at + 2)
    return is_same and head or nil
end
@READ_PLAIN@
