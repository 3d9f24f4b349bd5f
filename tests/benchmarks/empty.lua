-- The least that a post-dissector can be: what Wireshark takes for calling any at all.
local nothing = Proto("nothing", "A post-dissector that does nothing")

function nothing.dissector()
end

register_postdissector(nothing)
