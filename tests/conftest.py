"""For all tests: records hold every assignment against its width (before pcapkit.subset is imported anywhere)."""

import os

from hypothesis import settings

os.environ.setdefault("PCAPKIT_CHECKED", "1")

# How long one example takes says nothing on a machine that others use, too.
settings.register_profile("pcapkit", deadline=None)
settings.load_profile("pcapkit")
