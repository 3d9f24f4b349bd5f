"""At home in Wireshark: the plugins and the profile put where Wireshark looks for them, and why they are not shown."""

from typing import Final

PROFILE: Final = "pcapkit"
"""The name of the configuration profile."""
