
-- Frames that wait -----------------------------------------------------------
--
-- To learn from a frame costs several times what it costs to keep all that learning takes. So where there is nothing to
-- show anything in, as in most runs of tshark, frames only wait, until somebody looks.

local HEAD = @HEAD@ -- bytes of a plain frame that the dissector may look at
local MOST_WAITING = 268435456 -- bytes; where more would wait, it is time to learn

-- Where a plain frame has its EtherType, if any, and its IP header: Ethernet, cooked v1 and v2, raw IP.
local LAYOUTS = { { 12, 14 }, { 14, 16 }, { 0, 20 }, { nil, 0 } }
local layout = LAYOUTS[1] -- the latest that fitted

local waiting -- lists, an entry for each frame that waits
local waiting_count, waiting_bytes

-- Begin a capture: nothing waits.
local function forget_waiting()
    waiting = { frames = {}, numbers = {}, times = {}, wires = {}, ports = {} }
    waiting_count, waiting_bytes = 0, 0
end

-- Whether a frame has, in this layout, IP and at once behind it TCP with these ports: then all its headers are in it.
local function fits(head, type_at, at, source, destination)
    local first, _, _, _, _, _, placement, rest, _, protocol = byte(head, at + 1, at + 10)
    local kind, ports_at = 0x0800, at + 20
    if first == 0x45 then
        if protocol ~= 6 or placement % 64 ~= 0 or rest ~= 0 then -- not TCP, or a fragment
            return false
        end
    elseif first and floor(first / 16) == 6 and placement == 6 then
        kind, ports_at = 0x86DD, at + 40
    else
        return false
    end
    return (not type_at or u16(head, type_at) == kind)
        and u16(head, ports_at) == source
        and u16(head, ports_at + 2) == destination
end

local function is_plain(head, source, destination)
    if fits(head, layout[1], layout[2], source, destination) then
        return true
    end
    for _, other in ipairs(LAYOUTS) do
        if fits(head, other[1], other[2], source, destination) then
            layout = other
            return true
        end
    end
    return false
end

-- Learn from all frames that wait.
local function catch_up()
    if waiting_count == 0 then
        return
    end
    local frames, numbers, times, wires, ports = waiting.frames, waiting.numbers, waiting.times, waiting.wires, waiting.ports
    for place = 1, waiting_count do
        local both = ports[place]
        local source, destination = NO_TCP, NO_TCP
        if both ~= NO_TCP then
            source, destination = floor(both / 65536), both % 65536
        end
        learn(frames[place], wires[place], numbers[place], times[place], source, destination)
    end
    forget_waiting()
end

-- Let a frame wait.
local function put_off(tvb, pinfo, number, source, destination)
    local count, length = waiting_count + 1, tvb:len()
    local frame = tvb:raw(0, length > HEAD and HEAD or length)
    if length > HEAD and not is_plain(frame, source, destination) then
        frame = tvb:raw()
    end
    waiting_count = count
    waiting_bytes = waiting_bytes + #frame + 100
    waiting.frames[count] = frame
    waiting.numbers[count] = number
    waiting.times[count] = pinfo.rel_ts
    waiting.wires[count] = pinfo.len
    waiting.ports[count] = source == NO_TCP and NO_TCP or source * 65536 + destination
    if waiting_bytes > MOST_WAITING then
        catch_up()
    end
end

-- Whether there is a tree, to which something could be added: where nothing is shown, filtered or coloured, there is none.
local function has_tree(tree)
    return not tostring(tree):find("has subtree=false", 1, true)
end
