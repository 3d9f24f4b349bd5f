-- The constants of Wireshark's Lua API. The values of base, expert and frametype are those of 4.0; a plugin must use
-- the names, since the values have moved between versions.
local shim = ...
local raise = shim.raise

local function constants(name, values)
  return setmetatable(values, {
    __index = function(_, key) raise("no constant " .. name .. "." .. tostring(key)) end,
    __newindex = function(_, key) raise("constant " .. name .. "." .. tostring(key) .. " cannot be set") end,
  })
end

base = constants("base", {
  NONE = 0, DEC = 1, HEX = 2, OCT = 3, DEC_HEX = 4, HEX_DEC = 5, UNIT_STRING = 4096, RANGE_STRING = 256,
  ASCII = 0, UNICODE = 7, DOT = 8, DASH = 9, COLON = 10, SPACE = 11, LOCAL = 18, UTC = 19, DOY_UTC = 20,
})

frametype = constants("frametype", {
  NONE = 0, REQUEST = 1, RESPONSE = 2, ACK = 3, DUP_ACK = 4, RETRANS_PREV = 5, RETRANS_NEXT = 6,
})

expert = constants("expert", {
  group = constants("expert.group", {
    CHECKSUM = 0x01000000, SEQUENCE = 0x02000000, RESPONSE_CODE = 0x03000000, REQUEST_CODE = 0x04000000,
    UNDECODED = 0x05000000, REASSEMBLE = 0x06000000, MALFORMED = 0x07000000, DEBUG = 0x08000000,
    PROTOCOL = 0x09000000, SECURITY = 0x0a000000, COMMENTS_GROUP = 0x0b000000, DECRYPTION = 0x0c000000,
    ASSUMPTION = 0x0d000000, DEPRECATED = 0x0e000000,
  }),
  severity = constants("expert.severity", {
    COMMENT = 0x00100000, CHAT = 0x00200000, NOTE = 0x00400000, WARN = 0x00600000, ERROR = 0x00800000,
  }),
})

local types = {}
for _, name in ipairs({
  "NONE", "PROTOCOL", "BOOLEAN", "CHAR", "UINT8", "UINT16", "UINT24", "UINT32", "UINT64", "INT8", "INT16", "INT24",
  "INT32", "INT64", "FLOAT", "DOUBLE", "ABSOLUTE_TIME", "RELATIVE_TIME", "STRING", "STRINGZ", "BYTES", "UINT_BYTES",
  "IPv4", "IPv6", "ETHER", "FRAMENUM", "GUID", "OID",
}) do
  types[name] = name
end
ftypes = constants("ftypes", types)

-- The limits of each integer type; the 64-bit ones are those of Int64 and UInt64 here.
shim.limits = {
  UINT8 = { 0, 0xff }, UINT16 = { 0, 0xffff }, UINT24 = { 0, 0xffffff }, UINT32 = { 0, 0xffffffff },
  INT8 = { -0x80, 0x7f }, INT16 = { -0x8000, 0x7fff }, INT24 = { -0x800000, 0x7fffff },
  INT32 = { -0x80000000, 0x7fffffff }, FRAMENUM = { 0, 0xffffffff },
}
