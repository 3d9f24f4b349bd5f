-- Uses all of Wireshark's Lua API that the shim has, and shows each result as a field: the same plugin runs in the
-- shim and in tshark, and must give the same values. `outcomes` are calls that succeed (1) or raise (0).
local probe = Proto("toy", "Shim probe")
local f = {
  number = ProtoField.uint32("toy.number", "Number", base.DEC),
  text = ProtoField.string("toy.text", "Text"),
  outcome = ProtoField.uint32("toy.outcome", "Outcome", base.DEC, { [0] = "raises", [1] = "succeeds" }),
  flag = ProtoField.bool("toy.flag", "Flag"),
  time = ProtoField.relative_time("toy.time", "Time"),
  frame = ProtoField.framenum("toy.frame", "Frame", base.NONE, frametype.REQUEST),
  byte = ProtoField.uint8("toy.byte", "Byte", base.HEX),
  short = ProtoField.uint16("toy.short", "Short", base.DEC, nil, nil, "a description"),
  three = ProtoField.uint24("toy.three", "Three", base.HEX_DEC),
  int8 = ProtoField.int8("toy.int8", "Int8"),
  int32 = ProtoField.int32("toy.int32", "Int32", base.DEC),
  int64 = ProtoField.int64("toy.int64", "Int64"),
  uint64 = ProtoField.uint64("toy.uint64", "UInt64", base.DEC),
  none = ProtoField.none("toy.none", "None"),
  unit = ProtoField.uint32("toy.unit", "Unit", base.UNIT_STRING, { " bytes" }),
  new = ProtoField.new("New", "toy.new", ftypes.UINT16, nil, base.DEC),
}
probe.fields = f
local expert_field = ProtoExpert.new("toy.problem", "Problem", expert.group.SEQUENCE, expert.severity.NOTE)
local second_expert = ProtoExpert.new("toy.problem2", "Problem", expert.group.PROTOCOL, expert.severity.WARN)
probe.experts = { expert_field, second_expert }
probe.prefs.depth = Pref.uint("Depth", 7, "a number")
probe.prefs.deep = Pref.bool("Deep", true, "a flag")
set_plugin_info({ version = "1.0", author = "pcapkit", description = "probe" })
local extractor = Field.new("frame.number")
DissectorTable.get("tcp.port")

local stale_tvb, stale_item
local inits = 0
function probe.init() inits = inits + 1 end

-- What Wireshark refuses; and, between, what it takes.
local loading = {
  function() return Proto("toy", "Another") end,
  function() return Proto("TOY", "Another") end,
  function() return Proto("toy2", "Shim probe") end,
  function() return Proto("", "Nothing") end,
  function() return ProtoField.uint8("toy.x y", "X") end,
  function() return ProtoField.uint8("toy..x", "X") end,
  function() return ProtoField.uint8("toy.x", "") end,
  function() return ProtoField.uint8("toy.x", "X", 77) end,
  function() return ProtoField.int8("toy.x", "X", base.HEX) end,
  function() return ProtoField.uint8("toy.x", "X", base.DEC, { a = "b" }) end,
  function() return ProtoField.uint8("toy.x", "X", base.DEC, { [1] = {} }) end,
  function() return ProtoField.uint8("toy.x", "X", base.DEC, "names") end,
  function() return ProtoField.uint32("toy.x", "X", base.UNIT_STRING) end,
  function() return ProtoField.framenum("toy.x", "X", base.DEC) end,
  function() return ProtoField.framenum("toy.x", "X", base.NONE, 99) end,
  function() return ProtoField.framenum("toy.x", "X", base.NONE, nil, 1) end,
  function() return ProtoField.bool("toy.x", "X", base.DEC) end,
  function() return ProtoExpert.new("toy.x", "X") end,
  function() return ProtoExpert.new("toy.x", 7, expert.group.SEQUENCE, expert.severity.NOTE) end,
  function() probe.fields = { 7 } end,
  function() probe.nonsense = 7 end,
  function() return probe.nonsense end,
  function() probe.dissector = 7 end,
  function() probe.init = 7 end,
  function() return probe.prefs.nothing end,
  function() probe.prefs["Not Lower"] = Pref.uint("X", 1) end,
  function() probe.prefs.depth = Pref.uint("X", 1) end,
  function() return ProtoField.nosuch("toy.x", "X") end,
  function() return register_postdissector(7) end,
  function() return NSTime.new(1, 2) end,
  function() return ProtoField.uint8("toy.x", "X", base.DEC, nil, 0x0f, "d") end,
}
local outcomes = {}
for at, call in ipairs(loading) do outcomes[at] = pcall(call) and 1 or 0 end

-- Called for each frame, with (tvb, pinfo, item).
local showing = {
  function(tvb) return tvb:raw(0, tvb:len() + 1) end,
  function(tvb) return tvb:raw(tvb:len() + 1) end,
  function(tvb) return tvb:raw(tvb:len()) end,
  function(tvb) return tvb:raw(-1) end,
  function(tvb) return tvb:raw(0, -2) end,
  function(tvb) return tvb(2, tvb:len()) end,
  function(tvb) return tvb(0, 5):uint() end,
  function(tvb) return tvb(0, 4):uint() end,
  function(tvb) return tvb(0, 0):uint() end,
  function(tvb) return tvb.nosuch end,
  function(tvb) return tvb:raw("x") end,
  function(tvb, pinfo) return pinfo.nosuch end,
  function(tvb, pinfo) pinfo.number = 7 end,
  function(tvb, pinfo) pinfo.visited = true end,
  function(tvb, pinfo) pinfo.cols.info:append("") end,
  function(tvb, pinfo) return pinfo.cols.protocol end,
  function(tvb, pinfo, item) item:add(f.int64, -7) end,
  function(tvb, pinfo, item) item:add(f.uint64, 7) end,
  function(tvb, pinfo, item) item:add(f.time, 7) end,
  function(tvb, pinfo, item) item:add(f.number, "seven") end,
  function(tvb, pinfo, item) item:add(f.number, {}) end,
  function(tvb, pinfo, item) item:add(f.number, true) end,
  function(tvb, pinfo, item) item:add(f.number, nil) end,
  function(tvb, pinfo, item) item:add() end,
  function(tvb, pinfo, item) item:add_proto_expert_info(7) end,
  function(tvb, pinfo, item) item:add_proto_expert_info(f.number) end,
  function(tvb, pinfo, item) item:append_text({}) end,
  function(tvb, pinfo, item) item:set_text() end,
  function(tvb, pinfo, item) item:nosuch() end,
  function() return NSTime.new({}) end,
  function() return NSTime.new(1, 2).nosuch end,
  function() return Field.new("frame.len") end,
  function() return expert_field.nosuch end,
  function() return stale_tvb and stale_tvb:len() end,
  function() return stale_item and stale_item:add(f.number, 1) end,
}

function probe.dissector(tvb, pinfo, tree)
  local item = tree:add(probe, tvb(), "a label")
  local function number(value) item:add(f.number, value):set_generated() end
  number(tvb:len())
  number(tvb:captured_len())
  number(tvb:reported_len())
  number(tvb:reported_length_remaining())
  number(tvb:reported_length_remaining(10))
  number(tvb:offset())
  number(#tvb:raw())
  number(#tvb:raw(3, 4))
  number(#tvb:raw(tvb:len(), 0))
  number(tvb(12, 2):uint())
  number(tvb(12, 2):le_uint())
  number(tvb:range(12, 2):len())
  number(tvb(12, 2):offset())
  number(tvb(12, 4)(1, 2):uint())
  number(#tvb(12, 4):raw(1))
  number(256 + tvb(12, 1):int())
  number(tvb(0, 1):le_int())
  item:add(f.text, tostring(tvb(12, 4)))
  item:add(f.text, tvb:raw(20, 0) .. "made")
  number(pinfo.number)
  number(pinfo.len)
  number(pinfo.caplen)
  number(pinfo.port_type)
  number(pinfo.src_port)
  number(pinfo.dst_port)
  number(math.floor(pinfo.rel_ts * 1000000000 + 0.5))
  number(math.floor(pinfo.delta_ts * 1000000000 + 0.5))
  number(math.floor(pinfo.abs_ts))
  number(inits)
  number(probe.prefs.depth)
  number(#probe.name)
  number(#probe.description)
  number(gui_enabled() and 1 or 0)
  number(extractor() == nil and 0 or 0)
  item:add(f.flag, pinfo.visited)
  item:add(f.flag, probe.prefs.deep)
  item:add(f.time, NSTime.new(3, 4))
  item:add(f.time, NSTime(0, 5))
  item:add(f.time, NSTime.new(-3, -4))
  item:add(f.time, NSTime.new(3, 999999999) + NSTime.new(1, 2))
  item:add(f.time, NSTime.new(3, 1) - NSTime.new(1, 2))
  item:add(f.time, -NSTime.new(3, 1))
  item:add(f.time, NSTime.new())
  number(NSTime.new(8, 9).secs)
  number(NSTime.new(8, 9).nsecs)
  number(NSTime.new(8, 9) == NSTime.new(8, 9) and 1 or 0)
  number(NSTime.new(8, 9) < NSTime.new(8, 10) and 1 or 0)
  number(NSTime.new(8, 9) <= NSTime.new(8, 8) and 1 or 0)
  item:add(f.frame, pinfo.number)
  item:add(f.byte, tvb(12, 1))
  item:add(f.short, tvb(12, 2))
  item:add_le(f.short, tvb(12, 2))
  item:add(f.three, tvb(11, 3))
  item:add(f.int8, tvb(17, 1))
  item:add(f.int8, -5)
  item:add(f.int32, tvb(14, 4))
  item:add(f.int64, Int64.new(-7))
  item:add(f.uint64, UInt64.new(7, 1))
  item:add(f.short, tvb(12, 2), 77)
  item:add(f.short, tvb(12, 2), 78, "text", "more")
  item:add(f.none, tvb(12, 2))
  item:add(f.unit, 9)
  item:add(f.new, 10)
  item:add(f.outcome, 2)
  local child = item:add(f.number, 11)
  child:set_text("eleven"):append_text("!")
  child:prepend_text("so "):set_hidden()
  child:set_len(2)
  child:add(f.number, 12)
  tree:add("only text")
  item:add(tvb(0, 2), "a range with text")
  item:add_proto_expert_info(expert_field)
  item:add_proto_expert_info(expert_field, "other words")
  item:add_tvb_expert_info(second_expert, tvb)
  for _, outcome in ipairs(outcomes) do item:add(f.outcome, outcome) end
  item:add(f.outcome, 2)
  for _, call in ipairs(showing) do
    item:add(f.outcome, pcall(call, tvb, pinfo, item) and 1 or 0)
  end
  stale_tvb, stale_item = tvb, item
end
register_postdissector(probe)
