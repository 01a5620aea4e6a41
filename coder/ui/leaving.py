"""What leaves a study through the window: written and noted, or neither, and the fault told."""

from collections.abc import Callable, Sequence
from pathlib import Path

from coder import leaving
from coder.errors import CoderError
from coder.ui.workspace import Workspace

# What is written, named for the log, and how.
Leave = Callable[[str, Callable[[], Sequence[Path]]], None]


def leave(workspace: Workspace, what: str, write: Callable[[], Sequence[Path]]) -> None:
    """Write what takes no time, note it, and say so."""
    study = workspace.study
    assert study is not None  # noqa: S101 - nothing can leave without a study
    try:
        written = leaving.leave(study, workspace.viewer, what, write)
    except CoderError as fault:
        workspace.troubled.emit(fault)
    else:
        workspace.said.emit("Wrote " + ", ".join(str(each) for each in written))


def noted(workspace: Workspace, what: str) -> bool:
    """Note what leaves otherwise than as a file, before it does; False where it may not."""
    study = workspace.study
    assert study is not None  # noqa: S101 - nothing can leave without a study
    try:
        study.note(what, workspace.viewer)
    except CoderError as fault:
        workspace.troubled.emit(fault)
        return False
    return True
