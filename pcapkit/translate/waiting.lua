
-- Frames that wait -----------------------------------------------------------
--
-- To learn from a frame costs several times what it costs to keep all that learning takes. So where there is nothing to
-- show anything in, as in most runs of tshark, frames only wait, until somebody looks.

local HEAD = @HEAD@ -- bytes of a plain frame that the dissector may look at
local MOST_WAITING = 268435456 -- bytes; where more would wait, it is time to learn

-- Where a plain frame has its EtherType, if any, and its IP header: Ethernet, cooked v1 and v2, raw IP.
local LAYOUTS = { { 12, 14 }, { 14, 16 }, { 0, 20 }, { nil, 0 } }
local layout = LAYOUTS[1] -- the latest that fitted

-- The frames that wait: bytes, wire length, ports as Wireshark has them, number, time.
local heads, wires, sources, destinations, numbers, times
local waiting_count
local waiting_bytes

-- Begin a capture: nothing waits.
local function forget_waiting()
    heads, wires, sources, destinations, numbers, times = {}, {}, {}, {}, {}, {}
    waiting_count, waiting_bytes = 0, 0
end

-- Whether a frame is plain in this layout: a whole IP datagram and in it, at once, TCP with these ports. Then all
-- headers are within HEAD bytes, and what lies behind the datagram does not matter.
local function is_plain(frame, type_at, at, source, destination)
    local first, _, high, low, _, _, placement, rest, _, protocol = byte(frame, at + 1, at + 10)
    local kind, ports_at, stop
    if first == 0x45 then
        if protocol ~= 6 or placement % 64 ~= 0 or rest ~= 0 then -- not TCP, or a fragment
            return false
        end
        kind, ports_at, stop = 0x0800, at + 20, at + high * 256 + low
    elseif first and first >= 0x60 and first < 0x70 and placement == 6 then
        kind, ports_at, stop = 0x86DD, at + 40, at + 40 + u16(frame, at + 4)
    else
        return false
    end
    if stop <= ports_at or stop > #frame then
        return false
    end
    local a, b, c, d = byte(frame, ports_at + 1, ports_at + 4)
    if not d or a * 256 + b ~= source or c * 256 + d ~= destination then
        return false
    end
    return not type_at or u16(frame, type_at) == kind
end

-- Find a layout in which the frame is plain.
local function has_layout(frame, source, destination)
    for _, other in ipairs(LAYOUTS) do
        if is_plain(frame, other[1], other[2], source, destination) then
            layout = other
            return true
        end
    end
    return false
end

-- Learn from all frames that wait.
local function catch_up()
    local frame, wire, source, destination, number, time = heads, wires, sources, destinations, numbers, times
    local count = waiting_count
    forget_waiting()
    for place = 1, count do
        learn(frame[place], wire[place], number[place], time[place], source[place], destination[place])
    end
end

-- Let a frame wait.
local function put_off(tvb, pinfo, number)
    local frame = tvb:raw()
    local wire, source, destination = #frame, pinfo.src_port, pinfo.dst_port
    if not is_plain(frame, layout[1], layout[2], source, destination) then
        if pinfo.port_type ~= 2 then
            wire, source, destination = pinfo.len, NO_TCP, NO_TCP
        elseif not has_layout(frame, source, destination) then
            wire = pinfo.len
        elseif wire > HEAD then
            frame = sub(frame, 1, HEAD)
        end
    elseif wire > HEAD then
        frame = sub(frame, 1, HEAD)
    end
    local count = waiting_count + 1
    heads[count], wires[count], sources[count], destinations[count] = frame, wire, source, destination
    numbers[count], times[count] = number, pinfo.rel_ts
    waiting_count, waiting_bytes = count, waiting_bytes + #frame + 100
    if waiting_bytes > MOST_WAITING then
        catch_up()
    end
end

-- Whether there is a tree: where nothing is shown, filtered or coloured, there is none to add anything to.
local function has_tree(tree)
    return not tostring(tree):find("has subtree=false", 1, true)
end
