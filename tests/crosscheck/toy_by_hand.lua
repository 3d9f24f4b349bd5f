-- The toy dissector once more, written by hand for Ethernet, IPv4 and TCP without options: the tests plant their
-- errors in it.
local proto = Proto("toy", "Toy conversation")
local LARGE = 60
local labels = { [0] = "begin", "go", "end" }
local fields = {
  sign = ProtoField.uint8("toy.sign", "Sign", base.DEC, labels),
  count = ProtoField.uint32("toy.count", "Count", base.DEC),
  size = ProtoField.uint8("toy.size", "Size", base.DEC, { [0] = "small", "large" }),
  again = ProtoField.bool("toy.again", "Again"),
  before = ProtoField.framenum("toy.before", "Before", base.NONE, frametype.REQUEST),
  since = ProtoField.relative_time("toy.since", "Since"),
  trouble = ProtoField.uint8("toy.trouble", "Trouble", base.DEC),
}
proto.fields = fields
local troubles = {
  [0] = ProtoExpert.new("toy.trouble.empty", "nothing", expert.group.SEQUENCE, expert.severity.NOTE),
  ProtoExpert.new("toy.trouble.both_ends", "both ends", expert.group.SEQUENCE, expert.severity.NOTE),
}
proto.experts = { troubles[0], troubles[1] }

local byte = string.byte
local conversations, kept

local function begin()
  conversations, kept = {}, {}
end
begin()
proto.init = begin

local function learn(frame, number, time)
  if byte(frame, 24) ~= 6 or #frame < 54 then return end
  local from, to = byte(frame, 35) * 256 + byte(frame, 36), byte(frame, 37) * 256 + byte(frame, 38)
  local key = from > to and frame:sub(31, 34) or frame:sub(27, 30)
  local found = conversations[key] or { count = 0, last = 0, time = 0, port = 0 }
  conversations[key] = found
  found.count = found.count + 1
  local flags = byte(frame, 48)
  local told = { sign = {}, trouble = {}, count = found.count }
  if flags % 4 >= 2 then table.insert(told.sign, 0) end
  if flags % 32 >= 16 then table.insert(told.sign, 1) end
  if flags % 2 == 1 then table.insert(told.sign, 2) end
  if #told.sign == 0 then table.insert(told.trouble, 0) end
  if flags % 4 == 3 then table.insert(told.trouble, 1) end
  told.size = #frame > LARGE and 1 or 0
  told.again = found.port == from
  if found.last > 0 then told.before, told.since = found.last, time - found.time end
  found.last, found.time, found.port = number, time, from
  kept[number] = told
end

function proto.dissector(tvb, pinfo, tree)
  local number = pinfo.number
  if not pinfo.visited then
    learn(tvb:raw(), number, math.floor(pinfo.rel_ts * 1000000000 + 0.5) % 4503599627370496)
  end
  local told = kept[number]
  if not told then return end
  local item = tree:add(proto)
  for _, member in ipairs(told.sign) do item:add(fields.sign, member) end
  item:add(fields.count, told.count)
  item:add(fields.size, told.size)
  item:add(fields.again, told.again)
  if told.before then
    item:add(fields.before, told.before)
    item:add(fields.since, NSTime.new(math.floor(told.since / 1000000000), told.since % 1000000000))
  end
  for _, member in ipairs(told.trouble) do
    item:add(fields.trouble, member)
    item:add_proto_expert_info(troubles[member])
  end
end

register_postdissector(proto)
