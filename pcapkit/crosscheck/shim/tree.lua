-- TreeItem: what a plugin adds to a frame. Every field and expert added is noted, in the order of adding, as a pair
-- (number of the field, value) in shim.added.
local shim = ...
local raise = shim.raise
local type, setmetatable, getmetatable, format, floor = type, setmetatable, getmetatable, string.format, math.floor

local added = {}
shim.added, shim.count = added, 0

local Item = shim.class("TreeItem")
local Field, Range, Tvb, Time = shim.Field, shim.Range, shim.Tvb, shim.Time
local Protocol, Expert = shim.Protocol, shim.Expert

function shim.new_item()
  return setmetatable({ serial = shim.serial, visible = true }, Item)
end

local function live(item)
  if type(item) ~= "table" or getmetatable(item) ~= Item then
    shim.bad_argument(1, "TreeItem expected, got " .. type(item))
  end
  if item.serial ~= shim.serial then raise("expired TreeItem") end
end

local function note(number, value)
  local count = shim.count
  if not number then raise("Tree item ProtoField/Protocol handle is invalid (ProtoField/Proto not registered?)") end
  added[count + 1], added[count + 2] = number, value
  shim.count = count + 2
end

-- The value as it crosses to Python: a number, true or false, or a string; or an error where it does not fit.
local function checked(field, value)
  local kind = field.kind
  local limits = shim.limits[kind]
  if limits then
    if type(value) ~= "number" or value ~= floor(value) or value < limits[1] or value > limits[2] then
      raise(format("bad argument to 'add' (%s takes an integer from %.0f to %.0f, not %s)", field.abbreviation,
        limits[1], limits[2], tostring(value)))
    end
    return value
  elseif kind == "BOOLEAN" then
    if type(value) == "boolean" then return value end
    if value == 0 or value == 1 then return value == 1 end
  elseif kind == "RELATIVE_TIME" or kind == "ABSOLUTE_TIME" then
    return format("%.0f:%.0f", shim.check(value, Time, 2)._secs, value._nsecs)
  elseif kind == "INT64" then
    return shim.check(value, shim.Int64, 2)._value
  elseif kind == "UINT64" then
    return shim.check(value, shim.UInt64, 2)._value
  elseif kind == "FLOAT" or kind == "DOUBLE" then
    if type(value) == "number" then return value end
  elseif kind == "STRING" or kind == "STRINGZ" or kind == "BYTES" then
    return shim.string(value, 2)
  end
  raise(format("bad argument to 'add' (%s cannot hold a %s)", field.abbreviation, type(value)))
end

-- The value that a field takes from the bytes of a range.
local function decoded(field, range, little_endian)
  local bytes, kind = shim.bytes_of(range), field.kind
  if kind == "NONE" then return true end
  if kind == "STRING" or kind == "STRINGZ" or kind == "BYTES" then return bytes end
  if little_endian then bytes = bytes:reverse() end
  if shim.limits[kind] and #bytes >= 1 and #bytes <= 4 then
    if (field.mask or 0) ~= 0 then raise("the shim does not decode masked fields") end
    return kind:find("^INT") and shim.signed(bytes) or shim.unsigned(bytes)
  elseif kind == "BOOLEAN" and #bytes >= 1 then
    return shim.unsigned(bytes) ~= 0
  end
  raise(format("the shim does not decode %s from %d bytes", field.abbreviation, #bytes))
end

local function add(item, little_endian, what, ...)
  live(item)
  local class = type(what) == "table" and getmetatable(what)
  local count, first, second = select("#", ...), ...
  if class == Field then
    if type(first) == "table" and (getmetatable(first) == Range or getmetatable(first) == Tvb) then
      if count == 1 then
        if getmetatable(first) == Tvb then first = first:range() end
        note(what.number, decoded(what, first, little_endian))
        return shim.new_item()
      end
      first = second
      if getmetatable(first) == Range then raise("bad argument to 'add' (one range only)") end
    elseif count == 0 then
      if what.kind ~= "NONE" then raise(format("'add' needs a value for %s", what.abbreviation)) end
      first = nil
    end
    if what.kind == "NONE" then note(what.number, true) else note(what.number, checked(what, first)) end
  elseif class == Protocol then
    note(what.own.number, true)
  elseif type(what) ~= "string" and class ~= Range and class ~= Tvb then
    raise(format("bad argument #1 to 'add' (a ProtoField, Proto, range or text expected, got %s)", type(what)))
  end
  return shim.new_item()
end

function Item.methods.add(item, ...) return add(item, false, ...) end
function Item.methods.add_le(item, ...) return add(item, true, ...) end

local function add_expert(item, expert, text)
  shim.check(expert, Expert, 2)
  if text ~= nil then shim.string(text, 3) end
  note(expert.number, true)
  return item
end
function Item.methods.add_proto_expert_info(item, expert, text)
  live(item)
  return add_expert(item, expert, text)
end
function Item.methods.add_tvb_expert_info(item, expert, tvb, text)
  live(item)
  if not shim.is_a(tvb, Range) then shim.check(tvb, Tvb, 3) end
  return add_expert(item, expert, text)
end

-- How an item looks is compared by nobody; that the call is right, is.
for _, name in ipairs({ "set_text", "append_text", "prepend_text" }) do
  Item.methods[name] = function(item, text)
    live(item)
    shim.string(text, 2)
    return item
  end
end
for _, name in ipairs({ "set_generated", "set_hidden" }) do
  Item.methods[name] = function(item, on)
    live(item)
    if on ~= nil and type(on) ~= "boolean" then shim.bad_argument(2, "boolean expected") end
    return item
  end
end
-- Everything is asked for.
function Item.methods.referenced(item, what)
  live(item)
  if not shim.is_a(what, Field) and not shim.is_a(what, shim.Dissector) then
    shim.bad_argument(2, "ProtoField or Dissector expected, got " .. type(what))
  end
  return true
end
function Item.methods.set_len(item, length)
  live(item)
  shim.integer(length, 2, 0, 2147483647)
  return item
end
