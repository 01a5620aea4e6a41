"""What a rater does to a coding: flag, mark, edit, move, delete, and the entries of the form."""

import dataclasses

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from coder.coding import (
    Change,
    Family,
    Kind,
    Mark,
    anchor_on,
    begin_phase,
)
from coder.errors import CoderError
from coder.markers import Marker
from coder.session import Role, Turn, TurnId, format_clock
from coder.ui import dialogs
from coder.ui.attention import Attention, whose
from coder.ui.mark_editor import MarkEditor
from coder.ui.workspace import Workspace

_MANY = 12  # turns; a mark over more is likelier a slip than a span


class Marking(QObject):
    """The acts of coding, each about what attention is on."""

    gone_to = Signal(object)

    def __init__(self, workspace: Workspace, attention: Attention, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._attention = attention
        self._window = parent

    def mark_with(
        self, marker: Marker, family: Family | None, clarity: int | None, *, apart: bool = False
    ) -> None:
        """Mark what was heard, or what is chosen: of whoever's act the marker is.

        A flag that stands there and is chosen gets its name, unless the mark is to stand ``apart``.
        """
        flag = None if apart else self._attention.flag(marker)
        role, kind = whose(marker), Kind(marker.kind)
        turns, at_ms = self._attention.subject(role, typed=True)
        if marker.risk:
            # The notice comes first: the service's protocol goes before any coding.
            dialogs.tell(self._window, marker.risk)
        if flag is not None:
            named = {"kind": kind, "marker": marker.id, "family": family}
            self._workspace.alter_mark(flag, "name", **named, clarity=clarity or flag.clarity)
            self._workspace.said.emit(f"The flag is named: {marker.label}.")
        elif self._is_meant(turns, role):
            self._workspace.mark_turns(
                turns, at_ms, kind, marker=marker.id, family=family, clarity=clarity
            )

    def _is_meant(self, turns: list[Turn], role: Role | None = Role.PATIENT) -> bool:
        if not turns:
            who = "Nobody has said anything" if role is None else f"The {role} has said nothing"
            self._workspace.said.emit(f"{who} yet that could be marked.")
        question = f"One mark over {len(turns)} turns?"
        many = len(turns) > _MANY
        return bool(turns) and (not many or dialogs.confirm(self._window, question, "Mark them"))

    def flag_withdrawal(self) -> None:
        """Flag a withdrawal."""
        self._flag(Family.WITHDRAWAL)

    def flag_confrontation(self) -> None:
        """Flag a confrontation."""
        self._flag(Family.CONFRONTATION)

    def flag_both(self) -> None:
        """Flag both movements at once."""
        self._flag(Family.BOTH)

    def flag_unsure(self) -> None:
        """Flag a rupture whose movement is unsure."""
        self._flag(Family.UNSURE)

    def _flag(self, family: Family) -> None:
        turns, at_ms = self._attention.subject()
        if self._is_meant(turns):
            self._workspace.mark_turns(turns, at_ms, Kind.FLAG, family=family)

    def delete_episode(self) -> None:
        """Delete the current episode; its marks stay."""
        self._workspace.delete_episode()

    def place_precipitant(self) -> None:
        """Give the current episode's precipitant a place: what the therapist did."""
        workspace = self._workspace
        turns, at_ms = self._attention.subject(Role.THERAPIST)
        if turns and workspace.editable and workspace.episode is None:
            workspace.add_episode()
        known = [m for m in workspace.marks.values() if m.kind == Kind.PRECIPITANT]
        spots = {m.anchor.turns for m in known if m.anchor and workspace.episode in m.episodes}
        if not turns:
            workspace.said.emit("The therapist has said nothing yet.")
        elif tuple(turn.id for turn in turns) in spots:
            workspace.said.emit("The precipitant stands here already.")
        else:
            workspace.mark_turns(turns, at_ms, Kind.PRECIPITANT)

    def add_statement(self) -> None:
        """Take the patient's words as a statement of understanding.

        It may join several turns, the therapist's between them left out; the form may print it
        shorter, the anchor keeps it whole.
        """
        said, at_ms = self._attention.subject()
        chosen = self._attention.chosen(Role.PATIENT)
        if len(chosen) > 1:
            said, at_ms = chosen, chosen[0].start_ms
        if not said:
            dialogs.tell(self._window, "Choose the patient’s turns that hold the statement first.")
            return
        words = " ".join(turn.text for turn in said)
        hint = "The patient’s words as the form prints them; they may be shortened."
        text = dialogs.ask_words(self._window, "Statement of understanding", hint, words)
        if text:
            self._workspace.mark_turns(said, at_ms, Kind.STATEMENT, text=text)

    def add_shift(self) -> None:
        """Mark an affective shift: a new description, or one more time of an earlier one."""
        turns, at_ms = self._attention.subject()
        if not turns:
            dialogs.tell(self._window, "Choose the turn in which the shift shows first.")
            return
        shifts = [mark for mark in self._workspace.in_order() if mark.kind == Kind.SHIFT]
        known = list(dict.fromkeys(mark.text for mark in shifts if mark.text))
        hint = "What changed in feeling? One description may have several times."
        given = known[-1] if known else ""
        text = dialogs.ask_words(self._window, "Affective shift", hint, given, known)
        if text:
            self._workspace.mark_turns(turns[:1], at_ms, Kind.SHIFT, text=text)

    def delete_mark(self) -> None:
        """Delete the chosen mark."""
        mark = self._chosen()
        if mark is None:
            self._workspace.said.emit("Choose a mark first: go to its turn, or click it.")
        else:
            name = self._workspace.label(mark)
            self._workspace.delete_mark(mark)
            self._workspace.said.emit(f"Deleted {name}; Ctrl+Z brings it back.")

    def next_mark(self) -> None:
        """Choose the next mark of the same turn."""
        mark = self._chosen()
        if mark is not None and mark.anchor is not None and mark.anchor.turns:
            here = [each.id for each in self._workspace.marks_on(mark.anchor.turns[0])]
            self._workspace.point(here[(here.index(mark.id) + 1) % len(here)])

    def mark_earlier(self) -> None:
        """Move the chosen mark to the turn before of the same speaker."""
        self._move(-1)

    def mark_later(self) -> None:
        """Move the chosen mark to the turn after of the same speaker."""
        self._move(1)

    def _move(self, by: int) -> None:
        mark, workspace = self._chosen(), self._workspace
        if mark is None or mark.anchor is None or not mark.anchor.turns:
            workspace.said.emit("Choose a mark first: go to its turn, or click it.")
            return
        here = mark.anchor.turns
        label = next(turn.label for turn in workspace.turns if turn.id == here[0])
        same = [t for t in workspace.turns if t.label == label and self._stays(t.id, here)]
        rows = [n + by for n, turn in enumerate(same) if turn.id in here]
        if rows[0] < 0 or rows[-1] >= len(same):
            workspace.said.emit("There is no further turn of the same speaker.")
            return
        workspace.alter_mark(mark, "move", anchor=anchor_on([same[row] for row in rows]))
        self.gone_to.emit(workspace.marks[mark.id])

    def _stays(self, turn: TurnId, here: tuple[TurnId, ...]) -> bool:
        return turn in here or turn in self._workspace.substantive

    def edit_mark(self) -> None:
        """Change the chosen mark: its marker, family, clarity, note, text and episodes."""
        mark, workspace = self._chosen(), self._workspace
        if mark is None or workspace.scheme is None:
            workspace.said.emit("Choose a mark first: go to its turn, or click it.")
            return
        editor = MarkEditor(workspace, mark, self._window)
        title = f"Edit mark · {self._where(mark)}"
        if dialogs.ask_form(self._window, title, editor.fields) and workspace.editable:
            workspace.alter_mark(mark, "edit", **editor.answers())

    def _where(self, mark: Mark) -> str:
        """The turn and the time of a mark, as its dialog says them."""
        anchor = mark.anchor
        if anchor is None:
            return "the session"
        turns = [turn.n for turn in self._workspace.turns if turn.id in anchor.turns]
        told = [f"turn {n}" for n in turns[:1]]
        if len(turns) > 1:
            told = [f"turns {turns[0]} to {turns[-1]}"]
        told += [] if anchor.start_ms is None else [format_clock(anchor.start_ms)]
        return ", ".join(told)

    def _chosen(self) -> Mark | None:
        return self._workspace.marks.get(self._workspace.mark) if self._workspace.mark else None

    def begin_measure(self) -> None:
        """Say that the measure begins here."""
        self._phase("measure")

    def begin_feedback(self) -> None:
        """Say that the feedback begins here."""
        self._phase("feedback")

    def _phase(self, name: str) -> None:
        session, at_ms = self._workspace.session, self._attention.here()
        if session is None or at_ms is None:
            self._workspace.said.emit("Without times there is no moment for a phase to begin.")
            return
        try:
            change = begin_phase(session, name, at_ms, self._workspace.viewer)
        except CoderError as told:
            dialogs.show_error(self._window, told)
        else:
            self._workspace.apply(change)
            when = format_clock(at_ms)
            self._workspace.said.emit(f"The {name} begins at {when}, for every coder.")

    def clear_phases(self) -> None:
        """Say that no measure and no feedback has been found."""
        session = self._workspace.session
        if session is None or (session.measure_ms is None and session.feedback_ms is None):
            return
        changed = dataclasses.replace(session, measure_ms=None, feedback_ms=None)
        by = self._workspace.viewer
        self._workspace.apply(Change("clear the phases", (session,), (changed,), by))
