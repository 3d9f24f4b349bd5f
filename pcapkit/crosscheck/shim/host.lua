-- The rest of Wireshark's globals, the sandbox, and the three calls that Python makes: load, begin, deliver.
local shim = ...
local raise = shim.raise
local unpack = table.unpack or unpack
local values, pinfo = shim.pinfo_values, shim.pinfo

function gui_enabled() return false end
function get_version() return "4.0.17" end
function set_plugin_info(information)
  if type(information) ~= "table" or type(information.version) ~= "string" then
    raise("set_plugin_info: a table with a version expected")
  end
end
function register_menu(name, action)
  shim.string(name, 1)
  if type(action) ~= "function" then shim.bad_argument(2, "Must be a function") end
end
-- Other dissectors' fields: as in the first of two passes, an extractor has nothing to give.
Field = {
  new = function(name)
    shim.string(name, 1)
    if not shim.loading then raise("A Field extractor must be defined before Taps or Dissectors get called") end
    return setmetatable({}, { __call = function() end })
  end,
}

-- What Wireshark's own dissectors have put into a frame's tree: nothing, for none of them runs.
function all_field_infos() end

-- A dissector that was registered, by its name; it cannot be called.
shim.Dissector = shim.class("Dissector")
Dissector = {
  get = function(name)
    for _, protocol in ipairs(shim.postdissectors) do
      if protocol.own.name:lower() == shim.string(name, 1):lower() then return setmetatable({}, shim.Dissector) end
    end
  end,
}

-- Registering for a port changes nothing here, since only post-dissectors are called.
local Table = shim.class("DissectorTable")
for _, name in ipairs({ "add", "add_for_decode_as", "set", "remove", "remove_all" }) do
  Table.methods[name] = function() end
end
DissectorTable = {
  get = function(name)
    shim.string(name, 1)
    return setmetatable({}, Table)
  end,
}

local forbidden = {}
local function forbid(names, why)
  for _, name in ipairs(names) do _G[name], forbidden[name] = nil, why end
end
-- A plugin may come from anywhere.
forbid({ "os", "io", "require", "package", "python", "load", "loadstring", "loadfile", "dofile", "module",
  "getfenv", "setfenv", "newproxy", "jit" }, "closed to plugins in crosscheck")
forbid({ "bit", "bit32", "utf8", "unpack" }, "not in every Lua that Wireshark has")
forbid({ "Listener", "Dumper", "TextWindow", "ByteArray", "Address", "Struct", "Dir", "File", "FileHandler", "GRegex",
  "Conversation", "ProgDlg", "CaptureInfo", "new_dialog" }, "not in the shim")
-- What a plugin says to a person is not compared.
for _, name in ipairs({ "print", "critical", "warn", "message", "info", "report_failure" }) do
  _G[name] = function() end
end
string.dump, debug = nil, nil -- lupa looks for debug.traceback itself, so its absence must not raise
setmetatable(_G, {
  __index = function(_, name)
    local why = forbidden[name]
    if why then raise(name .. " is " .. why) end
  end,
  __metatable = false,
})

function shim.load(plugin)
  plugin()
  shim.commit()
  return table.concat(shim.fields, "\n\n")
end

-- A file is opened: every protocol forgets the one before.
function shim.begin()
  shim.serial = shim.serial + 1
  for _, protocol in ipairs(shim.protocols) do
    if protocol.own.init then protocol.own.init() end
  end
end

local added = shim.added

-- One frame goes through the post-dissectors; what they added comes back as (number, value, number, value, ...).
function shim.deliver(number, visited, data, wire_length, relative, absolute, delta, port_type, source, destination)
  values.number, values.visited, values.len, values.caplen = number, visited, wire_length, #data
  values.rel_ts, values.abs_ts, values.delta_ts, values.delta_dis_ts = relative, absolute, delta, delta
  values.port_type, values.src_port, values.dst_port = port_type, source, destination
  shim.serial = shim.serial + 1
  shim.count = 0
  local tvb, posts = shim.new_tvb(data, wire_length), shim.postdissectors
  for at = 1, #posts do
    posts[at].own.dissector(tvb, pinfo, shim.new_item())
  end
  if shim.count == 0 then return nil end
  return unpack(added, 1, shim.count)
end

return shim
