"""What the next key is about: the turn that was heard, or the turns that are chosen."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit

from coder.coding import Kind, Mark, heard_turn
from coder.markers import Marker
from coder.session import Role, Turn, format_clock
from coder.ui.transcript import TurnView
from coder.ui.transport import Transport
from coder.ui.workspace import Workspace

_TELL_MS = 500  # how often the line that says what Enter marks follows the sound
_SHOWN = 46  # characters of a turn in the line that says what Enter marks


def whose(marker: Marker) -> Role | None:
    """Whose turns a mark with a marker is about; None for whoever speaks."""
    return {"patient": Role.PATIENT, "therapist": Role.THERAPIST}.get(marker.person)


class Attention(QObject):
    """Follows the ear and the hand. While it plays, and until something is chosen, the ear counts.

    Playing a single turn is looking closer at what is chosen: then the choice counts.
    """

    told = Signal(str)
    naming = Signal(object)

    def __init__(
        self, workspace: Workspace, transport: Transport, view: TurnView, typed: QLineEdit
    ) -> None:
        super().__init__(view)
        self._workspace = workspace
        self._transport = transport
        self._player = transport.player
        self._view = view
        self._typed = typed
        self._heard_at: int | None = None
        self._typing_at: int | None = None
        self._moving = False
        self._held = False
        self._told_at = 0
        self._expected: Marker | None = None
        typed.textChanged.connect(self._on_typed)
        typed.installEventFilter(self)
        self._player.played.connect(self._on_played)
        self._player.moved.connect(self._on_moved)
        transport.sought.connect(self._on_sought)
        view.pressed_on_turn.connect(self._on_pressed)
        view.selectionModel().selectionChanged.connect(lambda *_: self._on_chosen())
        view.selectionModel().currentChanged.connect(self._on_current)
        workspace.opened.connect(self._on_opened)
        workspace.pointed.connect(lambda _mark: self.tell())
        workspace.changed.connect(lambda _change: self.tell())

    def expect(self, marker: Marker) -> None:
        """A marker is chosen in the palette: say what Enter would mark with it."""
        before, self._expected = self._expected, marker
        if before is None or (whose(before), before.kind) != (whose(marker), marker.kind):
            self.tell()

    def flag(self, marker: Marker) -> Mark | None:
        """The flag that a marker would name: the chosen one, where it stands on the subject."""
        workspace = self._workspace
        chosen = workspace.marks.get(workspace.mark) if workspace.mark else None
        if chosen is None or (chosen.kind, marker.kind) != (Kind.FLAG, Kind.MARKER.value):
            return None
        turns, _ = self.subject(whose(marker), typed=True)
        here = chosen.anchor is not None and any(t.id in chosen.anchor.turns for t in turns)
        return chosen if here else None

    def subject(
        self, role: Role | None = Role.PATIENT, *, typed: bool = False
    ) -> tuple[list[Turn], int | None]:
        """The turns an act is about now, and the moment (ms), None without times.

        A marker typed in the palette (``typed``) is about what was heard when typing began. Of
        chosen turns the ones of ``role`` (None: of anyone) count, if any are; else the last such
        turn before them.
        """
        at_ms = self._listening_at()
        if typed and self._typing_at is not None:
            at_ms = self._typing_at
        if at_ms is not None:
            heard = self._heard(at_ms, role)
            return ([], None) if heard is None else ([heard], self._moment(heard, at_ms))
        of_role = [turn for turn in self._view.chosen() if role in {None, turn.role}]
        if not of_role:
            of_role = self._before(self._view.currentIndex().row(), role)
        return of_role, of_role[0].start_ms if of_role else None

    def chosen(self, role: Role) -> list[Turn]:
        """The chosen turns of a role, whatever is heard."""
        return [turn for turn in self._view.chosen() if turn.role == role]

    def here(self) -> int | None:
        """The moment (ms) one is at: what is heard, else the start of the chosen turn."""
        at_ms = self._listening_at()
        if at_ms is not None:
            return at_ms
        index = self._view.currentIndex()
        return self._workspace.turns[index.row()].start_ms if index.isValid() else None

    def tell(self) -> None:
        """Say what Enter would mark."""
        expected = self._expected
        flag = None if expected is None else self.flag(expected)
        self.naming.emit(flag)
        role = Role.PATIENT if expected is None else whose(expected)
        turns, at_ms = self.subject(role, typed=True)
        if flag is not None:
            start = None if flag.anchor is None else flag.anchor.start_ms
            when = "" if start is None else f" at {format_clock(start)}"
            self.told.emit(f"Enter names the flag{when} · Shift+Enter adds a mark")
            return
        if not turns:
            self.told.emit("Nothing to mark yet: play, or choose a turn")
            return
        when = "" if at_ms is None else f"{format_clock(at_ms)} "
        words = turns[0].text
        short = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
        more = f" (+{len(turns) - 1} turns)" if len(turns) > 1 else ""
        self.told.emit(f"Enter marks {when}“{short}”{more}")

    def hold(self, on: bool) -> None:  # noqa: FBT001 - a signal's own argument
        """Leave what is chosen alone, whatever is heard: turns are being tapped."""
        self._held = on

    def _listening(self) -> bool:
        return self._player.playing and self._transport.replaying is None

    def _listening_at(self) -> int | None:
        return self._player.now_ms if self._listening() else self._heard_at

    def _heard(self, at_ms: int, role: Role | None = Role.PATIENT) -> Turn | None:
        settings = self._workspace.settings
        return heard_turn(
            self._workspace.turns,
            at_ms,
            reaction_ms=settings.reaction_ms,
            backchannels=settings.backchannels,
            role=role,
        )

    def _moment(self, heard: Turn, at_ms: int) -> int:
        """The moment within the turn that was heard when the key came."""
        at_ms -= self._workspace.settings.reaction_ms
        end = heard.end_ms if heard.end_ms is not None else at_ms
        return max(heard.start_ms or 0, min(at_ms, end))

    def _before(self, row: int, role: Role | None) -> list[Turn]:
        """The last substantive turn of a role before a row: a key comes after what it is about."""
        turns, substantive = self._workspace.turns[: max(0, row)], self._workspace.substantive
        mine = (turn for turn in reversed(turns) if role in {None, turn.role})
        return next(([turn] for turn in mine if turn.id in substantive), [])

    def _choose(self, row: int | None) -> None:
        if self._held:
            return
        self._moving = True
        if row is not None:
            self._view.choose(row)
            self._on_current(self._view.currentIndex())
        self._moving = False

    def _on_typed(self, typed: str) -> None:
        if not typed.strip():
            self._typing_at = None
        elif self._typing_at is None and self._listening():
            self._typing_at = self._player.now_ms
        self.tell()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Typing is over when the palette is left by key; a menu or its own list leave it not."""
        passing = {
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.MouseFocusReason,
        }
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in passing:
            self._typing_at = None
        return False

    def _on_played(self, playing: bool) -> None:  # noqa: FBT001 - a signal's own argument
        if playing:
            self._heard_at = None
        elif self._transport.replaying is None and self._workspace.turns:
            self._heard_at = self._player.now_ms
            heard = self._heard(self._heard_at)
            self._choose(None if heard is None else self._view.turns.row_of(heard.id))
        self.tell()

    def _on_sought(self, at_ms: int) -> None:
        """Whoever goes somewhere by hand means what is there."""
        self._typing_at = None
        if not self._player.playing:
            self._heard_at = None
            self._choose(self._view.turns.row_at(at_ms))
        self.tell()

    def _on_pressed(self) -> None:
        """A turn that is clicked is meant, also when it was the chosen one already."""
        self._typing_at = self._heard_at = None
        self._on_current(self._view.currentIndex())
        self.tell()

    def _on_moved(self, at_ms: int) -> None:
        if self._listening() and abs(at_ms - self._told_at) >= _TELL_MS:
            self._told_at = at_ms
            self.tell()

    def _on_chosen(self) -> None:
        if not self._moving:
            self._heard_at = None
            self.tell()

    def _on_current(self, index: QModelIndex) -> None:
        """Point at a mark of the turn one stands on, so that edit and delete mean it."""
        turns = self._workspace.turns
        turn = turns[index.row()] if index.row() in range(len(turns)) else None
        self._transport.turn = turn
        if turn is None:
            return
        here = [mark.id for mark in self._workspace.marks_on(turn.id)]
        if self._workspace.mark not in here:
            self._workspace.point(here[0] if here else None)

    def _on_opened(self) -> None:
        self._heard_at = self._typing_at = None
        self.tell()
