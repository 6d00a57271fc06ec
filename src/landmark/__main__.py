"""`python -m landmark` is the command `landmark`."""

from __future__ import annotations

import sys

from landmark.cli import main

if __name__ == "__main__":
    sys.exit(main())
