-- One frame as a plugin sees it: its bytes (Tvb, TvbRange) and what Wireshark knows about it (Pinfo).
local shim = ...
local raise = shim.raise
local byte, sub, setmetatable, type, format = string.byte, string.sub, setmetatable, type, string.format
local is_a = shim.is_a

-- Counts the calls of the plugin; an object made in an earlier one has expired, as in Wireshark.
shim.serial = 0

local Tvb, Range = shim.class("Tvb"), shim.class("TvbRange")
shim.Tvb, shim.Range = Tvb, Range

local function live(tvb)
  if not is_a(tvb, Tvb) then shim.bad_argument(1, "Tvb expected, got " .. type(tvb)) end
  if tvb.serial ~= shim.serial then raise("expired tvb") end
  return tvb.data
end

-- The extent that (offset, length) names within `size` bytes; length -1 or nil reaches to the end.
local function extent(size, offset, length)
  offset = shim.optional_integer(offset, 2, 0)
  length = shim.optional_integer(length, 3, -1)
  if offset < 0 or offset > size then raise("out of bounds") end
  if length == -1 then return offset, size - offset end
  if length < 0 or offset + length > size then raise("Range is out of bounds") end
  return offset, length
end

local function new_range(tvb, offset, length)
  return setmetatable({ tvb = tvb, from = offset, size = length }, Range)
end

function Tvb.methods.raw(tvb, offset, length)
  local data = live(tvb)
  local from, size = extent(#data, offset, length)
  return sub(data, from + 1, from + size)
end
function Tvb.methods.len(tvb) return #live(tvb) end
Tvb.methods.captured_len = Tvb.methods.len
function Tvb.methods.reported_len(tvb) live(tvb) return tvb.wire_length end
function Tvb.methods.offset(tvb) live(tvb) return 0 end
function Tvb.methods.reported_length_remaining(tvb, offset)
  live(tvb)
  offset = shim.optional_integer(offset, 2, 0)
  return offset >= 0 and offset <= tvb.wire_length and tvb.wire_length - offset or 0
end
Tvb.methods.captured_length_remaining = function(tvb, offset)
  local data = live(tvb)
  offset = shim.optional_integer(offset, 2, 0)
  return offset >= 0 and offset <= #data and #data - offset or 0
end
function Tvb.methods.range(tvb, offset, length) return new_range(tvb, extent(#live(tvb), offset, length)) end
Tvb.__call = Tvb.methods.range

function shim.new_tvb(data, wire_length)
  return setmetatable({ data = data, wire_length = wire_length, serial = shim.serial }, Tvb)
end

local function bytes_of(range)
  if not is_a(range, Range) then shim.bad_argument(1, "TvbRange expected, got " .. type(range)) end
  return sub(live(range.tvb), range.from + 1, range.from + range.size)
end
shim.bytes_of = bytes_of

-- An unsigned integer out of up to eight bytes, big-endian.
local function unsigned(bytes)
  local value = 0
  for at = 1, #bytes do value = value * 256 + byte(bytes, at) end
  return value
end

local function signed(bytes)
  local value = unsigned(bytes)
  return byte(bytes, 1) >= 128 and value - 256 ^ #bytes or value
end
shim.unsigned, shim.signed = unsigned, signed

local function small(range, name)
  local bytes = bytes_of(range)
  if #bytes < 1 or #bytes > 4 then
    raise(format("TvbRange:%s() does not handle %d byte integers", name, #bytes))
  end
  return bytes
end

function Range.methods.uint(range) return unsigned(small(range, "uint")) end
function Range.methods.le_uint(range) return unsigned(small(range, "le_uint"):reverse()) end
function Range.methods.int(range) return signed(small(range, "int")) end
function Range.methods.le_int(range) return signed(small(range, "le_int"):reverse()) end
function Range.methods.string(range) return bytes_of(range) end
function Range.methods.len(range) live(range.tvb) return range.size end
function Range.methods.offset(range) live(range.tvb) return range.from end
function Range.methods.raw(range, offset, length)
  local bytes = bytes_of(range)
  local from, size = extent(#bytes, offset, length)
  return sub(bytes, from + 1, from + size)
end
function Range.methods.range(range, offset, length)
  local from, size = extent(#bytes_of(range), offset, length)
  return new_range(range.tvb, range.from + from, size)
end
Range.__call = Range.methods.range
-- As Wireshark shows bytes: hexadecimal, without separators.
Range.__tostring = function(range)
  return (bytes_of(range):gsub(".", function(character) return format("%02x", byte(character)) end))
end

-- Columns take text and keep nothing: no runtime compares them.
local Column, Columns = shim.class("Column"), shim.class("Columns")
for _, name in ipairs({ "set", "append", "prepend", "preppend" }) do
  Column.methods[name] = function(_, text) shim.string(text, 2) end
end
for _, name in ipairs({ "clear", "fence", "clear_fence" }) do Column.methods[name] = function() end end
Columns.__index = function() return setmetatable({}, Column) end
Columns.__newindex = function(_, _, text) shim.string(text, 3) end
local columns = setmetatable({}, Columns)

-- Pinfo: its attributes are filled in for each frame and cannot be written.
local values = { fragmented = false, in_error_pkt = false, columns = columns, cols = columns, private = {} }
shim.pinfo_values = values
setmetatable(values, {
  __index = function(_, key) raise("the shim has no pinfo." .. tostring(key)) end,
})
local Pinfo = { __index = values, __tostring = function() return "a Pinfo" end }
local writable = { can_desegment = true, desegment_len = true, desegment_offset = true }
Pinfo.__newindex = function(_, key)
  if not writable[key] then
    raise(format("No such '%s' setter attribute/field for object 'Pinfo'", tostring(key)))
  end
end
shim.pinfo = setmetatable({}, Pinfo)
