"""Start the window, or run a command without one: ``rupture-coder``, ``python -m coder``."""

import sys


def main() -> int:
    """Run the program; return its exit status."""
    from coder import cli  # noqa: PLC0415 - imported lazily, like all that is not always needed

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
