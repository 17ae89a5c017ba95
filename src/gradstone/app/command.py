"""Where the command `gradstone` begins: Ctrl-C is answered even while it is loading."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> int:
    """Load the command line and run it; its exit code."""
    try:
        from gradstone.app.cli.main import main as run

        return run()
    except KeyboardInterrupt:
        sys.stderr.write("gradstone: interrupted\n")
        return INTERRUPTED
