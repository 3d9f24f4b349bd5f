-- Frames that wait -----------------------------------------------------------
--
-- To learn from a frame costs several times what it costs to keep all that learning takes. So where nobody asks for
-- what would be told, as in most runs of tshark, frames only wait, until somebody does.

local MOST_WAITING = @MOST_WAITING@ -- bytes; where more would wait, it is time to learn
local EACH = 72 -- bytes that a frame takes here besides its own

-- The frames that wait, in a row: bytes and time. What is like that of the frame before is not kept: the link type, and
-- the number less the place in the row. The wire length is kept of those that are not plain.
local heads, times, links_from, ahead_from, wires
local waiting_count
local waiting_bytes
local link, ahead -- of the latest one

-- Begin a capture: nothing waits.
local function forget_waiting()
    heads, times, links_from, ahead_from, wires = {}, {}, {}, {}, {}
    waiting_count, waiting_bytes, link, ahead = 0, 0, nil, nil
end

-- Learn from all frames that wait.
local function catch_up()
    local frame, time, link_from, more_from, wire = heads, times, links_from, ahead_from, wires
    local count, more, kind = waiting_count, nil, nil
    forget_waiting()
    for place = 1, count do
        more, kind = more_from[place] or more, link_from[place] or kind
        local head = frame[place]
        if wire[place] then
            @DECODE@(head, wire[place], kind, packet)
            learn(head, packet, place + more, time[place])
        else
            learn(head, read_plain(head, kind), place + more, time[place])
        end
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
    local head = plain_head(tvb, pinfo)
    if head then
        let_wait(head, number, pinfo.rel_ts)
    else
        put_odd(tvb, pinfo, number)
    end
end
