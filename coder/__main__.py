"""Start the window, or run a command without one: ``rupture-coder``, ``python -m coder``."""

import os
import sys
from pathlib import Path
from types import TracebackType

from coder import __version__, cli

# Resampling multiplies many small matrices: with a thread for each core the threads wait for each
# other, and take four times as long while anything else is running. It is read when NumPy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> int:
    """Run the program; return its exit status: 2 for what the user can act on, 1 for a bug."""
    if sys.argv[1:] == ["--read-apart"]:  # a bundle has no other interpreter to start
        from coder.transcripts import child

        child.main()
        return 0
    sys.excepthook = report
    return cli.main(sys.argv[1:], open_window)


def open_window(study: Path | None, sample: bool) -> int:  # noqa: FBT001 - cli's own signature
    """Open the window; only now is Qt imported."""
    from coder.ui import app

    return app.run(study, sample=sample)


def report(kind: type[BaseException], _fault: BaseException, where: TracebackType | None) -> None:
    """Report a bug by its place; its message may quote a patient's words and is left out."""
    lines = [f"rupture-coder {__version__}: this is a fault of the program ({kind.__name__})."]
    while where is not None:
        code = where.tb_frame.f_code
        lines.append(f"  {Path(code.co_filename).name}:{where.tb_lineno} {code.co_name}")
        where = where.tb_next
    sys.stderr.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
