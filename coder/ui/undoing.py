"""Undo and redo, and showing what they changed, also where it was in another session."""

from PySide6.QtCore import QObject

from coder.coding import Change, coding_of
from coder.errors import CoderError
from coder.session import Recording, Session, Speaker, Timing, Transcript
from coder.study import Study
from coder.ui.workspace import Workspace

# An undo that no longer fits what is there.
_OUTDATED = {"changed_meanwhile", "in_use_or_taken", "content_erased", "coding_submitted"}
# What cannot be drawn in place: everything on screen hangs on it.
_WHOLE = (Transcript, Recording, Speaker)


class Undoing(QObject):
    """Takes back a rater's acts, one by one, across sessions of work."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def undo(self) -> None:
        """Take back the rater's last act, also one of an earlier day."""
        self._replay("undo")

    def redo(self) -> None:
        """Do again what was undone last."""
        self._replay("redo")

    def _replay(self, way: str) -> None:
        workspace, study = self._workspace, self._workspace.study
        if study is None:
            return
        viewer = workspace.viewer
        workspace.count(1)

        def done(change: Change | None) -> None:
            workspace.count(-1)
            if change is None:
                workspace.said.emit(f"There is nothing to {way}.")
            else:
                self._follow(study, change)
                told = "Undone" if way == "undo" else "Done again"
                session = workspace.session
                where = "" if session is None else f" (session {session.address})"
                workspace.said.emit(f"{told}: {change.what}{where}")
            workspace.acts_changed.emit()

        def refused(fault: BaseException) -> None:
            workspace.count(-1)
            outdated = isinstance(fault, CoderError) and fault.key in _OUTDATED
            (workspace.stuck if outdated and way == "undo" else workspace.troubled).emit(fault)

        act = study.undo if way == "undo" else study.redo
        workspace.tasks.write(lambda: act(viewer), done, refused)

    def _follow(self, study: Study, change: Change) -> None:
        workspace = self._workspace
        items = (*change.removed, *change.added)
        if any(isinstance(item, Timing) for item in items):
            self._retime(study, items)
            return
        codings = {coding_of(item) for item in items} - {None}
        here = None if workspace.coding is None else workspace.coding.id
        if codings and here not in codings:
            coding = next((c for c in study.codings(workspace.viewer) if c.id in codings), None)
            sessions = {session.id: session for session in study.sessions()}
            if coding is not None and coding.session_id in sessions:
                lead = workspace.rater is None
                workspace.scheme_id = workspace.scheme_id if lead else coding.scheme
                chosen = coding.id if lead else None
                workspace.open_session(sessions[coding.session_id], chosen)
                return
        if _is_whole(change):
            workspace.reload()
        else:
            workspace.draw(change)

    def _retime(self, study: Study, items: tuple[object, ...]) -> None:
        """Show the times as they are again; the session stays where it is."""
        workspace, session = self._workspace, self._workspace.session
        ids = {item.session_id for item in items if isinstance(item, Timing)}
        if session is not None and session.id in ids:
            marks = () if workspace.coding is None else study.marks(workspace.coding.id)
            workspace.retime(study.turns(session.id), marks)


def _is_whole(change: Change) -> bool:
    """Tell whether a change touches what everything on screen hangs on."""
    came, went = (
        {item.id for item in side if isinstance(item, Session)}
        for side in (change.added, change.removed)
    )
    return came != went or any(isinstance(i, _WHOLE) for i in (*change.added, *change.removed))
