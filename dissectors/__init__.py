"""The dissectors that come with pcapkit, each beside the Lua that was made from it."""
