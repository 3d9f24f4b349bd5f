-- What a plugin declares: Proto, ProtoField, ProtoExpert, Pref, and register_postdissector.
local shim = ...
local raise = shim.raise
local format = string.format

-- All that was declared, in order. A field's number is its place in shim.fields, known once shim.commit has run.
shim.protocols, shim.fields, shim.postdissectors, shim.loading = {}, {}, {}, true

local Field, Expert, Pref_class = shim.class("ProtoField"), shim.class("ProtoExpert"), shim.class("Pref")
shim.Field, shim.Expert = Field, Expert

local function check_filter_name(abbreviation)
  shim.string(abbreviation, 1)
  if not abbreviation:find("^[%w_][%w_.-]*$") or abbreviation:find("%.%.") or abbreviation:find("%.$") then
    shim.bad_argument(1, "Field abbrev \"" .. abbreviation .. "\" has an invalid character")
  end
end

local function check_label(label, abbreviation)
  if label == nil then label = abbreviation end
  if shim.string(label, 2) == "" then shim.bad_argument(2, "cannot be an empty string") end
  return label
end

local function check_value_names(names)
  if type(names) ~= "table" then shim.bad_argument(4, "table expected, got " .. type(names)) end
  for value, name in pairs(names) do
    if type(value) ~= "number" or value ~= math.floor(value) then
      shim.bad_argument(4, "All keys of a table used as value_string must be integers")
    end
    if type(name) ~= "string" then
      shim.bad_argument(4, "All values of a table used as value string must be strings")
    end
  end
end

local function new_field(kind, abbreviation, label)
  check_filter_name(abbreviation)
  label = check_label(label, abbreviation)
  return setmetatable({ abbreviation = abbreviation, label = label, kind = kind, number = false }, Field)
end

local function integer_field(kind)
  return function(abbreviation, label, display, names, mask, description)
    display = display == nil and 1 or display
    local limits = shim.limits[kind]
    if display == base.UNIT_STRING or display == base.DEC + base.UNIT_STRING then
      if type(names) ~= "table" or type(names[1]) ~= "string" then
        shim.bad_argument(4, "Base is base.UNIT_STRING but no table is given")
      end
    elseif names ~= nil then
      check_value_names(names)
    end
    local shown = display % base.UNIT_STRING
    if kind:find("^INT") and shown > 1 then
      shim.bad_argument(3, "Base must be either base.DEC or base.UNIT_STRING")
    elseif shown > base.HEX_DEC or (shown == 0 and display == 0) then
      shim.bad_argument(3, "Base must be either base.DEC, base.HEX, base.OCT, base.DEC_HEX, base.HEX_DEC")
    end
    if mask ~= nil then shim.integer(mask, 5, 0, limits and limits[2] or 9007199254740992) end
    if description ~= nil then shim.string(description, 6) end
    local field = new_field(kind, abbreviation, label)
    rawset(field, "mask", mask or 0)
    return field
  end
end

local function frame_field(abbreviation, label, display, frame_type, mask, description)
  if display ~= nil and display ~= base.NONE then shim.bad_argument(3, "FRAMENUM must use base.NONE") end
  if frame_type ~= nil then
    if frame_type ~= shim.integer(frame_type, 4, 0, 6) then shim.bad_argument(4, "Invalid frametype") end
  end
  if mask ~= nil and mask ~= 0 then shim.bad_argument(5, "FRAMENUM can not have a bitmask") end
  if description ~= nil then shim.string(description, 6) end
  return new_field("FRAMENUM", abbreviation, label)
end

local function boolean_field(abbreviation, label, display, names, mask, description)
  display, mask = shim.optional_integer(display, 3, 0), shim.optional_integer(mask, 5, 0)
  if mask == 0 and display ~= 0 then
    shim.bad_argument(3, "Fieldbase (fielddisplay) must be base.NONE if bitmask is zero.")
  elseif mask ~= 0 and (display < 1 or display > 64) then
    shim.bad_argument(3, "Fieldbase (fielddisplay) must be between 1 and 64 if bitmask is non-zero.")
  end
  if names ~= nil and (type(names) ~= "table" or type(names[1]) ~= "string" or type(names[2]) ~= "string") then
    shim.bad_argument(4, "a table of two strings expected")
  end
  if description ~= nil then shim.string(description, 6) end
  return new_field("BOOLEAN", abbreviation, label)
end

-- Fields with a name, perhaps a display, and a description.
local function plain_field(kind)
  return function(abbreviation, label, display, description)
    if type(display) == "string" then description = display
    elseif display ~= nil then shim.integer(display, 3, 0, 64) end
    if description ~= nil then shim.string(description, 4) end
    return new_field(kind, abbreviation, label)
  end
end

ProtoField = setmetatable({
  framenum = frame_field, bool = boolean_field, none = plain_field("NONE"),
  string = plain_field("STRING"), stringz = plain_field("STRINGZ"), bytes = plain_field("BYTES"),
  ipv4 = plain_field("IPv4"), ipv6 = plain_field("IPv6"), ether = plain_field("ETHER"),
  protocol = plain_field("PROTOCOL"), float = plain_field("FLOAT"), double = plain_field("DOUBLE"),
  absolute_time = plain_field("ABSOLUTE_TIME"), relative_time = plain_field("RELATIVE_TIME"),
}, { __index = function(_, key) raise("the shim has no ProtoField." .. tostring(key)) end })
for kind in pairs(shim.limits) do
  if kind ~= "FRAMENUM" then ProtoField[kind:lower()] = integer_field(kind) end
end
ProtoField.uint64, ProtoField.int64 = integer_field("UINT64"), integer_field("INT64")
function ProtoField.new(label, abbreviation, kind, names, display, mask, description)
  local make = ProtoField[shim.string(kind, 3):lower()]
  return make(abbreviation, label, display, names, mask, description)
end

ProtoExpert = {}
function ProtoExpert.new(abbreviation, text, group, severity)
  check_filter_name(abbreviation)
  shim.string(text, 2)
  shim.integer(group, 3, 0x01000000, 0x7f000000)
  shim.integer(severity, 4, 0x00100000, 0x00800000)
  return setmetatable({ abbreviation = abbreviation, label = text, kind = "EXPERT", number = false }, Expert)
end

-- Preferences have their defaults here, as they do in a fresh profile.
Pref = {}
for _, kind in ipairs({ "bool", "uint", "string", "enum", "range" }) do
  Pref[kind] = function(label, default)
    return setmetatable({ label = label, kind = kind, value = default }, Pref_class)
  end
end
function Pref.statictext(label) return setmetatable({ label = label, kind = "statictext" }, Pref_class) end

local function new_preferences()
  local values = {}
  return setmetatable({}, {
    __index = function(_, name)
      local preference = values[name]
      if preference == nil then raise("no preference named like this: " .. tostring(name)) end
      return preference.value
    end,
    __newindex = function(_, name, preference)
      if not shim.string(name, 2):find("^[a-z0-9_.]+$") then raise("illegal preference name \"" .. name .. "\"") end
      if values[name] then raise("a preference named " .. name .. " exists already") end
      values[name] = shim.check(preference, Pref_class, 3)
    end,
  })
end

-- Proto: attributes are read and written through `set` and `get`; everything else raises.
local Protocol = shim.class("Proto")
shim.Protocol = Protocol

local function members_of(value, class, what)
  if shim.is_a(value, class) then return { value } end
  if type(value) ~= "table" then raise(format("Proto.%s must be a table of %s", what, class.name)) end
  for _, member in pairs(value) do shim.check(member, class, 2) end
  return value
end

local set = {
  dissector = function(protocol, value)
    if type(value) ~= "function" then raise("The dissector of a protocol must be a function") end
    protocol.own.dissector = value
  end,
  init = function(protocol, value)
    if type(value) ~= "function" then raise("The initializer of a protocol must be a function") end
    protocol.own.init = value
  end,
  prefs_changed = function(protocol, value) protocol.own.prefs_changed = value end,
  fields = function(protocol, value) protocol.own.fields = members_of(value, Field, "fields") end,
  experts = function(protocol, value) protocol.own.experts = members_of(value, Expert, "experts") end,
}

Protocol.__index = function(protocol, key)
  local own = rawget(protocol, "own")
  if key == "own" or set[key] or key == "name" or key == "description" or key == "prefs" then
    return key == "own" and own or own[key]
  end
  return Protocol.methods[key]
end
Protocol.__newindex = function(protocol, key, value)
  if not set[key] then raise(format("No such '%s' setter attribute/field for object 'Proto'", tostring(key))) end
  set[key](protocol, value)
end

local function new_protocol(_, name, description)
  if shim.string(name, 1) == "" or shim.string(description, 2) == "" then
    raise("a protocol needs a name and a description")
  end
  if not name:find("^[%w_.-]+$") then shim.bad_argument(1, "a protocol's name has letters, digits, -, _ and .") end
  for _, other in ipairs(shim.protocols) do
    if other.own.name:lower() == name:lower() then raise("there cannot be two protocols with the same name") end
    if other.own.description:lower() == description:lower() then
      raise("there cannot be two protocols with the same description")
    end
  end
  local own = { name = name, description = description, fields = {}, experts = {}, prefs = new_preferences() }
  local protocol = setmetatable({ own = own }, Protocol)
  shim.protocols[#shim.protocols + 1] = protocol
  return protocol
end
Proto = setmetatable({ new = function(...) return new_protocol(nil, ...) end }, { __call = new_protocol })

function register_postdissector(protocol)
  shim.check(protocol, Protocol, 1)
  if not shim.loading then raise("register_postdissector: only while the plugin is loaded") end
  if protocol.own.registered then shim.bad_argument(1, "this protocol is already registered as postdissector") end
  if not protocol.own.dissector then shim.bad_argument(1, "this protocol has no dissector") end
  protocol.own.registered = true
  shim.postdissectors[#shim.postdissectors + 1] = protocol
end

-- After the plugin's main chunk Wireshark registers what the protocols hold; what is assigned later is not known.
function shim.commit()
  local taken = {}
  local function register(member, owner)
    if member.number then error("a field belongs to one protocol: " .. member.abbreviation, 0) end
    -- Of one name, Wireshark takes several of one type; only beside expert information is that meant.
    local other = taken[member.abbreviation]
    if other and not (other == "EXPERT" and member.kind == "NONE") then error("two fields are called " .. member.abbreviation, 0) end
    taken[member.abbreviation] = member.kind
    local number = #shim.fields + 1
    rawset(member, "number", number)
    shim.fields[number] = owner.own.name .. "\n" .. member.abbreviation .. "\n" .. member.kind
  end
  for _, protocol in ipairs(shim.protocols) do
    taken[protocol.own.name] = "PROTOCOL"
    shim.fields[#shim.fields + 1] = protocol.own.name .. "\n" .. protocol.own.name .. "\nPROTOCOL"
    protocol.own.number = #shim.fields
    -- In the order of their names, so that every Lua numbers them alike.
    local members = {}
    for _, field in pairs(protocol.own.fields) do members[#members + 1] = field end
    for _, expert_field in pairs(protocol.own.experts) do members[#members + 1] = expert_field end
    table.sort(members, function(a, b) return a.abbreviation .. "\n" .. a.kind < b.abbreviation .. "\n" .. b.kind end)
    for _, member in ipairs(members) do register(member, protocol) end
  end
  if #shim.postdissectors == 0 then error("the plugin registers no postdissector", 0) end
  shim.loading = false
end
