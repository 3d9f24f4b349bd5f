"""`python -m pcapkit`."""

import sys

from pcapkit.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
