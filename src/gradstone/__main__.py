"""`python -m gradstone` is the command `gradstone`."""

from __future__ import annotations

import sys

from gradstone.app.command import main

if __name__ == "__main__":
    sys.exit(main())
