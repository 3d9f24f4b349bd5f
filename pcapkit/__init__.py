"""pcapkit shows what every TCP frame means: records it, labels it, and proves that Wireshark agrees."""

from pcapkit.version import VERSION as __version__

__all__ = ["__version__"]
