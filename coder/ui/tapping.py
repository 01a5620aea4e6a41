"""Give turns their times by ear: one key at each turn's start, one to take a slip back.

A first guess from the sound is offered beside it; what was tapped always goes before it.
"""

import dataclasses
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from coder import syncing
from coder.coding import Coding, Mark
from coder.errors import CoderError, Stopped
from coder.session import OF_THE_FILE, Session, TimeSource, Turn, TurnId, format_clock
from coder.study import Study, Viewer
from coder.ui import dialogs
from coder.ui.tasks import Task
from coder.ui.transcript import TurnView
from coder.ui.transport import BARE_KEYS, Transport
from coder.ui.workspace import Workspace
from coder.words import say

_KEYS = "Enter as it begins, Backspace takes back, ↓ skips, Esc ends"

Retimed = tuple[tuple[Turn, ...], list[Mark]]


class Tapping(QObject):
    """While it is on, Enter in the transcript says that the chosen turn begins now.

    Only the hand moves to another turn meanwhile: pausing and seeking do not.
    """

    switched = Signal(bool)

    def __init__(
        self, workspace: Workspace, transport: Transport, view: TurnView, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._transport = transport
        self._view = view
        self._window = parent
        self._taps: list[TurnId] = []
        self._guessing: Task | None = None
        self.on = False
        self.banner = QLabel(parent)
        self.banner.setObjectName("banner")
        self.banner.setTextFormat(Qt.TextFormat.PlainText)
        # One line that is cut where the window is narrow: no row of the transcript moves.
        self.banner.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.banner.hide()
        view.installEventFilter(self)
        view.selectionModel().currentChanged.connect(lambda *_: self._tell())
        workspace.opened.connect(self.stop)

    # Taps

    def tap_times(self) -> None:
        """Begin to tap, from the chosen turn on; or end it."""
        workspace = self._workspace
        if self.on:
            self.stop()
            return
        if workspace.session is None or not workspace.turns:
            workspace.said.emit("Open a session first.")
            return
        if not self._transport.ready:
            workspace.said.emit("There is no recording to tap along with.")
            return
        row = self._next(max(0, self._view.currentIndex().row()))
        if row is None:
            workspace.said.emit("The file itself gives the time of every turn from here on.")
            return
        self.on, self._taps = True, []
        self.switched.emit(self.on)
        self._view.choose(row)
        self.banner.show()
        self._view.setFocus()
        self._tell()

    def stop(self) -> None:
        """End tapping; every tap is in the study already."""
        if self.on:
            self.on = False
            self.switched.emit(self.on)
        self.banner.hide()
        self._view.wait_for(None)

    def _next(self, row: int) -> int | None:
        """The first row from one on whose time can be tapped."""
        turns = self._workspace.turns
        return next((r for r in range(row, len(turns)) if turns[r].times not in OF_THE_FILE), None)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """While tapping, a few keys of the transcript mean something else, and letters nothing."""
        if self.on and event.type() == QEvent.Type.Hide:
            self.stop()  # another desk is gone to
        if not self.on or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        plain = ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        key = Qt.Key(event.key())
        if event.modifiers() & plain or key in BARE_KEYS:
            return False
        acts = {
            Qt.Key.Key_Return: self._tap,
            Qt.Key.Key_Enter: self._tap,
            Qt.Key.Key_Backspace: self._take_back,
            Qt.Key.Key_Escape: self.stop,
        }
        act = acts.get(key)
        if act is not None and not event.isAutoRepeat():
            act()
        return act is not None or event.text().isalpha()

    def _tap(self) -> None:
        workspace, row = self._workspace, self._view.currentIndex().row()
        study, session = workspace.study, workspace.session
        if study is None or session is None or row not in range(len(workspace.turns)):
            return
        turn = workspace.turns[row]
        rate = self._transport.player.rate
        lag = round(workspace.settings.tap_ms * rate) if self._transport.player.playing else 0
        at_ms = max(0, self._transport.player.now_ms - lag)
        # On screen in the next frame; the turns around it follow when the tap is in the study.
        tapped = dataclasses.replace(turn, start_ms=at_ms, times=TimeSource.TAPPED)
        turns = (*workspace.turns[:row], tapped, *workspace.turns[row + 1 :])
        workspace.retime(turns, workspace.marks.values())
        self._taps.append(turn.id)
        viewer = workspace.viewer
        self._write(
            study, session, lambda: syncing.tap(study, session, turn.id, at_ms, viewer), turn.id
        )
        after = self._next(row + 1)
        if after is not None:
            self._view.choose(after)
        self._tell()

    def _take_back(self) -> None:
        """Take the last tap back, and stand where it was made."""
        workspace = self._workspace
        study, session, viewer = workspace.study, workspace.session, workspace.viewer
        if study is None or session is None or not self._taps:
            workspace.said.emit("There is no tap to take back.")
            return
        last = self._taps.pop()
        self._write(study, session, lambda: _untap(study, session, last, viewer))
        self._view.go_to(last)
        self._tell()

    def _write(
        self,
        study: Study,
        session: Session,
        act: Callable[[], object],
        tapped: TurnId | None = None,
    ) -> None:
        """Have the writer do an act, then show the times as they are.

        Where the tap of a turn is refused, one is back on it, unless one has tapped on meanwhile.
        """
        workspace = self._workspace
        coding = workspace.coding

        def work() -> Retimed:
            try:
                act()
            except CoderError as told:
                raise _Refused(told, _times(study, session, coding)) from told
            return _times(study, session, coding)

        workspace.count(1)

        def then(found: Retimed) -> None:
            workspace.count(-1)
            self._show(session, found)
            workspace.acts_changed.emit()

        def refused(fault: BaseException) -> None:
            workspace.count(-1)
            if not isinstance(fault, _Refused):
                workspace.failed.emit(fault)
                return
            self._show(session, fault.found)
            workspace.said.emit(say(fault.told))
            if tapped is not None:
                self._refused(tapped)

        workspace.tasks.write(work, then, refused)

    def _refused(self, turn: TurnId) -> None:
        last = bool(self._taps) and self._taps[-1] == turn
        self._taps = [each for each in self._taps if each != turn]
        if last and self.on:
            self._view.go_to(turn)
            self._tell()

    def _show(self, session: Session, found: Retimed) -> None:
        now = self._workspace.session
        # A later tap that still waits is drawn again when it is in the study.
        if now is not None and now.id == session.id and self._workspace.pending == 0:
            self._workspace.retime(*found)
            self._tell()

    def _tell(self) -> None:
        row, turns = self._view.currentIndex().row(), self._workspace.turns
        if not self.on or row not in range(len(turns)):
            return
        self._view.wait_for(turns[row].id)
        self.banner.setText(
            f"Turn {turns[row].n} of {len(turns)} · {len(self._taps)} tapped · {_KEYS}"
        )

    # A guess from the sound

    def guess_times(self) -> None:
        """Offer times for the turns that have none, from speech and pauses in the recording."""
        workspace = self._workspace
        study, session = workspace.study, workspace.session
        if study is None or session is None:
            return
        if self._guessing is not None:
            self._guessing.stop()
            return

        def work(task: Task) -> tuple[tuple[TurnId, int], ...] | None:
            try:
                return syncing.estimates(study, session, task.progress, task.stopped)
            except Stopped:
                return None

        def then(found: tuple[tuple[TurnId, int], ...] | None) -> None:
            self._guessing = None
            workspace.busy.emit("")
            if found is None:
                workspace.said.emit("Stopped; no time was changed.")
            elif not found:
                workspace.said.emit("No turn is without a time of its own.")
            else:
                self._offer(study, session, found)

        def failed(fault: BaseException) -> None:
            self._guessing = None
            workspace.busy.emit("")
            workspace.troubled.emit(fault)

        self._guessing = workspace.tasks.run(work, then, failed)
        self._guessing.progressed.connect(
            lambda share: workspace.busy.emit(
                f"Listening for speech and pauses: {share:.0%} (the same command stops it)"
            )
        )

    def _offer(self, study: Study, session: Session, found: tuple[tuple[TurnId, int], ...]) -> None:
        workspace, viewer = self._workspace, self._workspace.viewer
        now = {turn.id: turn for turn in workspace.turns}
        samples = [
            f"turn {now[turn].n}: {_clock(now[turn].start_ms)} → ~{format_clock(at_ms)}"
            for turn, at_ms in found[:: max(1, len(found) // 6)]
            if turn in now
        ]
        question = (
            f"Speech and pauses in the recording suggest times for {len(found)} turns.\n"
            f"{'; '.join(samples)}.\n"
            "They are marked as estimated (~) and give way to every tap. Undo takes them back."
        )
        if dialogs.confirm(self._window, question, "Take the estimates"):
            self._write(
                study, session, lambda: syncing.take_estimates(study, session, found, viewer)
            )

    def drop_guesses(self) -> None:
        """Take the estimated times away again."""
        workspace = self._workspace
        study, session, viewer = workspace.study, workspace.session, workspace.viewer
        if study is not None and session is not None:
            if any(turn.times is TimeSource.ESTIMATED for turn in study.timings(session.id)):
                self._write(
                    study, session, lambda: syncing.take_estimates(study, session, (), viewer)
                )
            else:
                workspace.said.emit("No time was estimated from the sound.")


class _Refused(Exception):  # noqa: N818 - it carries a refusal to the main thread
    """A tap was refused; the times are as they were."""

    def __init__(self, told: CoderError, found: Retimed) -> None:
        super().__init__(told.key)
        self.told = told
        self.found = found


def _times(study: Study, session: Session, coding: Coding | None) -> Retimed:
    return study.turns(session.id), [] if coding is None else study.marks(coding.id)


def _untap(study: Study, session: Session, turn: TurnId, viewer: Viewer) -> None:
    """Undo the tap, if nothing was done since; else take it away."""
    last, _ = study.next_acts(viewer)
    if last is not None and last.startswith(syncing.TAP):
        study.undo(viewer)
    else:
        syncing.untap(study, session, turn, viewer)


def _clock(ms: int | None) -> str:
    return "no time" if ms is None else format_clock(ms)
