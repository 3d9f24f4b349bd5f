"""For all tests: records hold every assignment against its width (before pcapkit.subset is imported anywhere)."""

import os

os.environ.setdefault("PCAPKIT_CHECKED", "1")
