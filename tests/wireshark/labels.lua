-- Writes what the plugin added to each frame whenever Wireshark dissects one, for its list, its colours or its details.
--
--   -X lua_script:labels.lua -X lua_script1:FILE
--
-- A line for each dissection, between tabs: the frame's number, "seen" where a person sees the whole tree and "asked"
-- where only some fields are asked for, "first" or "again", and then a field and its value in turns.

local file = assert(io.open(..., "w"))
file:setvbuf("line")

local proto = Proto("pcapkit_labels", "What pcapkit's plugin says, written down")

local function text_of(info)
    local done, value = pcall(function()
        return info.value
    end)
    if done and type(value) == "userdata" and info.type == ftypes.RELATIVE_TIME then
        return value.secs .. ":" .. value.nsecs
    end
    local text = done and value ~= nil and tostring(value) or ""
    return text ~= "" and text or "0" -- a protocol, or expert information, has no value
end

-- After all others: it is registered last.
function proto.dissector(_, pinfo, tree)
    local words = { pinfo.number, tree.visible and "seen" or "asked", pinfo.visited and "again" or "first" }
    for _, info in ipairs({ all_field_infos() }) do
        if info.name:find("^tcp_handshake") then
            words[#words + 1] = info.name
            words[#words + 1] = text_of(info)
        end
    end
    if #words > 3 then
        file:write(table.concat(words, "\t"), "\n")
    end
end

register_postdissector(proto)
