"""The command `landmark`, and `python -m landmark`: both are interrupted in one line while they still start, too."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command and give its exit status."""
    try:
        from landmark.cli import main as command  # noqa: PLC0415 - it takes a while, in which somebody may interrupt
    except KeyboardInterrupt:
        sys.stderr.write("landmark: interrupted before anything was begun\n")
        return 130
    return command()


if __name__ == "__main__":
    sys.exit(main())
