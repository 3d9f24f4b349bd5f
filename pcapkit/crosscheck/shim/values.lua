-- Wireshark's Lua classes that only carry values: NSTime, Int64 and UInt64; and the argument checks that all classes
-- share. Every file of the shim is called with one table, `shim`, through which they know one another.
--
-- Where Wireshark raises, the shim raises. Where Wireshark takes a value and changes it in silence (a number too
-- large for its field), or aborts (a fraction, from 4.6 on), the shim raises as well: a plugin must not do it.
local shim = ...
local floor, format, type, getmetatable, setmetatable = math.floor, string.format, type, getmetatable, setmetatable
local getinfo = debug.getinfo

-- Raise, with the place in the plugin, which is the first on the stack that is not in the shim. (A level as error()
-- takes it would depend on tail calls, which each Lua counts in its own way.)
function shim.raise(message)
  local level = 2
  local place = getinfo(level, "Sl")
  while place and (place.currentline < 1 or place.short_src:find("^shim/")) do
    level = level + 1
    place = getinfo(level, "Sl")
  end
  error(place and format("%s:%d: %s", place.short_src, place.currentline, message) or message, 0)
end
local raise = shim.raise

local function bad_argument(index, what)
  raise(format("bad argument #%d (%s)", index, what))
end
shim.bad_argument = bad_argument

-- A class whose unknown attributes raise, as those of Wireshark's userdata do.
function shim.class(name)
  local methods = {}
  local class = { name = name, methods = methods }
  class.__index = methods
  class.__tostring = function() return name end
  setmetatable(methods, {
    __index = function(_, key)
      raise(format("No such '%s' method/field for object '%s'", tostring(key), name))
    end,
  })
  class.__newindex = function(_, key)
    raise(format("No such '%s' setter attribute/field for object '%s'", tostring(key), name))
  end
  return class
end

function shim.is_a(value, class)
  return type(value) == "table" and getmetatable(value) == class
end

function shim.check(value, class, index)
  if not shim.is_a(value, class) then
    bad_argument(index, format("%s expected, got %s", class.name, type(value)))
  end
  return value
end

function shim.integer(value, index, low, high)
  if type(value) ~= "number" or value ~= floor(value) or value ~= value or value < low or value > high then
    bad_argument(index, format("an integer from %.0f to %.0f expected, got %s", low, high, tostring(value)))
  end
  return value
end

function shim.optional_integer(value, index, default)
  if value == nil then return default end
  return shim.integer(value, index, -2147483648, 4294967295)
end

function shim.string(value, index)
  if type(value) ~= "string" then bad_argument(index, "string expected, got " .. type(value)) end
  return value
end

-- NSTime: seconds and nanoseconds, both of the sign of the whole.
local Time = shim.class("NSTime")
Time.__index = function(time, key)
  if key == "secs" or key == "nsecs" then return rawget(time, "_" .. key) end
  return Time.methods[key]
end
Time.__newindex = function(time, key, value)
  if key ~= "secs" and key ~= "nsecs" then
    raise(format("No such '%s' setter attribute/field for object 'NSTime'", tostring(key)))
  end
  rawset(time, "_" .. key, shim.integer(value, 3, -9007199254740992, 9007199254740992))
end
Time.__tostring = function(time)
  local negative = time._secs < 0 or time._nsecs < 0
  return format("%s%.0f.%09.0f", negative and "-" or "", math.abs(time._secs), math.abs(time._nsecs))
end

local function new_time(seconds, nanoseconds)
  return setmetatable({ _secs = seconds, _nsecs = nanoseconds }, Time)
end
shim.Time, shim.new_time = Time, new_time

local function sum_of(a, b, sign)
  local left, right = shim.check(a, Time, 1), shim.check(b, Time, 2)
  local seconds, nanoseconds = left._secs + sign * right._secs, left._nsecs + sign * right._nsecs
  if nanoseconds >= 1000000000 or (nanoseconds > 0 and seconds < 0) then
    seconds, nanoseconds = seconds + 1, nanoseconds - 1000000000
  elseif nanoseconds <= -1000000000 or (nanoseconds < 0 and seconds > 0) then
    seconds, nanoseconds = seconds - 1, nanoseconds + 1000000000
  end
  return new_time(seconds, nanoseconds)
end
Time.__add = function(a, b) return sum_of(a, b, 1) end
Time.__sub = function(a, b) return sum_of(a, b, -1) end
Time.__unm = function(a) return new_time(-a._secs, -a._nsecs) end
Time.__eq = function(a, b) return a._secs == b._secs and a._nsecs == b._nsecs end
Time.__lt = function(a, b) return a._secs < b._secs or (a._secs == b._secs and a._nsecs < b._nsecs) end
Time.__le = function(a, b) return not Time.__lt(b, a) end
function Time.methods.tonumber(time) return time._secs + time._nsecs / 1000000000 end

local function make_time(seconds, nanoseconds)
  local limit = 9007199254740992
  return new_time(
    seconds == nil and 0 or shim.integer(seconds, 1, -limit, limit),
    nanoseconds == nil and 0 or shim.integer(nanoseconds, 2, -2147483648, 2147483647)
  )
end
NSTime = setmetatable({ new = make_time }, { __call = function(_, ...) return make_time(...) end })

-- Int64, UInt64: made out of a number, or of two halves; no arithmetic, which a subset plugin does in numbers.
local function wide(name, low, high)
  local class = shim.class(name)
  class.__tostring = function(value) return format("%.0f", value._value) end
  class.__eq = function(a, b) return a._value == b._value end
  function class.methods.tonumber(value) return value._value end
  local function make(lower, upper)
    local value = lower == nil and 0 or shim.integer(lower, 1, low, high)
    if upper ~= nil then
      value = shim.integer(lower, 1, 0, 4294967295) + shim.integer(upper, 2, -2147483648, 4294967295) * 4294967296
    end
    return setmetatable({ _value = shim.integer(value, 1, low, high) }, class)
  end
  return class, setmetatable({ new = make }, { __call = function(_, ...) return make(...) end })
end
-- Beyond 2^53 a number names no one integer.
shim.Int64, Int64 = wide("Int64", -9007199254740992, 9007199254740992)
shim.UInt64, UInt64 = wide("UInt64", 0, 9007199254740992)
