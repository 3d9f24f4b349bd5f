"""From the subset to Lua: Python source -> checked tree -> Lua tree -> text; every refusal says where and what instead.

`translate(path)` gives the plugin of a dissector, `lua_for(name)` the same by module name.
"""

from pcapkit.translate.diagnostics import TranslationError
from pcapkit.translate.plugin import lua_for, translate

__all__ = ["TranslationError", "lua_for", "translate"]
