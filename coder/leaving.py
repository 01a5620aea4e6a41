"""What leaves a study stands in its log, or it does not leave."""

from collections.abc import Callable, Sequence
from pathlib import Path

from coder.study import Study, Viewer


def leave(
    study: Study, viewer: Viewer, what: str, write: Callable[[], Sequence[Path]]
) -> list[Path]:
    """Write files from a study, and note it; returns what was written.

    ``what`` names the act for the log, without a patient's words. Where the note fails, the files
    are taken away again. Raises what either raises.
    """
    written = list(write())
    noted = False
    try:
        study.note(what, viewer)
        noted = True
    finally:
        if not noted:
            for path in written:
                path.unlink(missing_ok=True)
    return written
