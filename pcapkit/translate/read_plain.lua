
-- The length of a TCP header, by the byte that tells it.
local header_lengths = {}
for first = 0, 255 do
    header_lengths[first] = floor(first / 16) * 4
end

-- What is read of a plain frame, of a link type. The packets are as @DECODE@ makes them, one for each kind of frame: what
-- is not written here is the same in all plain frames of a kind.
local packets = {}
local function read_plain(head, link)
    local at = LAYOUTS[link][2]
    local first, _, a, b, c, d = byte(head, at + 1, at + 6)
    local is_ipv4 = first == 0x45
    local kind = is_ipv4 and link or -1 - link
    local packet = packets[kind]
    if not packet then
        packet = @NEW_PACKET@()
        packets[kind] = packet
        @DECODE@(head, 4294967295, link, packet)
        if not packet.has_segment then
            packets[kind] = nil
        end
        return packet
    end
    local transport_at = at + (is_ipv4 and 20 or 40)
    local stop = is_ipv4 and at + a * 256 + b or transport_at + c * 256 + d
    local from, from_low, to, to_low, seq, seq_b, seq_c, seq_d, ack, ack_b, ack_c, ack_d, offset, flags, window, low =
        byte(head, transport_at + 1, transport_at + 16)
    local header_length = header_lengths[offset]
    local payload_length = stop - transport_at - header_length
    if header_length < 20 or payload_length < 0 then
        packet = @NEW_PACKET@()
        @DECODE@(head, 4294967295, link, packet)
        return packet
    end
    local segment = packet.segment
    packet.end_ = stop
    segment.source_port = from * 256 + from_low
    segment.destination_port = to * 256 + to_low
    segment.seq = seq * 16777216 + seq_b * 65536 + seq_c * 256 + seq_d
    segment.ack = ack * 16777216 + ack_b * 65536 + ack_c * 256 + ack_d
    segment.header_length = header_length
    segment.flags = offset % 16 * 256 + flags
    segment.window = window * 256 + low
    segment.payload_length = payload_length
    return packet
end
