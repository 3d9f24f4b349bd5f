
-- What is read of a plain frame, of a link type.
local function read_plain(head, link)
    @DECODE@(head, 4294967295, link, packet)
    return packet
end
