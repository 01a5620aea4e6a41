"""What was answered, session by session, and what the SRS and the PSQ say of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from coder import measures
from coder.alliance import psq, srs
from coder.errors import Notice
from coder.session import Instrument, Measure, Session, SessionId
from coder.study import Study, Viewer
from coder.ui.flow import Flow
from coder.ui.grid import Grid, Line
from coder.ui.import_preview import counted
from coder.ui.measures_entry import name_of
from coder.words import say

_SHORT = {
    measures.SRS: "SRS total",
    measures.PSQ_PATIENT: "PSQ patient",
    measures.PSQ_THERAPIST: "PSQ therapist",
}
_NOTHING = "Nothing was answered about this session, or it may not be shown."


@dataclass(frozen=True, slots=True)
class Scores:
    """All that the table of scores is made of, read once."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    counts: str
    answers: Mapping[str, str]


class ScoresPage(QWidget):
    """The table of scores, and the acts that fill it."""

    enter_wanted = Signal(str)
    import_wanted = Signal()
    define_wanted = Signal()
    delete_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = Grid("Scores of each session", self)
        self.about = QLabel(self)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setObjectName("muted")
        self.about.setWordWrap(True)
        self.enter = QPushButton("Enter answers…", self)
        self.take_in = QPushButton("Import a table…", self)
        self.define = QPushButton("New instrument…", self)
        self.delete = QPushButton("Delete answers…", self)
        acts = Flow()
        for button in (self.enter, self.take_in, self.define, self.delete):
            acts.addWidget(button)
        self.words = QPlainTextEdit(self)
        self.words.setReadOnly(True)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName("What was answered in the chosen session")
        self._answers: Mapping[str, str] = {}
        down = QSplitter(Qt.Orientation.Vertical, self)
        down.setChildrenCollapsible(False)
        down.addWidget(self.grid)
        down.addWidget(self.words)
        down.setSizes([420, 160])
        layout = QVBoxLayout(self)
        layout.addLayout(acts)
        layout.addWidget(self.about)
        layout.addWidget(down, 1)
        self.grid.chosen.connect(self._show_words)
        self.enter.clicked.connect(lambda _checked=False: self.enter_wanted.emit(self._address()))
        self.take_in.clicked.connect(lambda _checked=False: self.import_wanted.emit())
        self.define.clicked.connect(lambda _checked=False: self.define_wanted.emit())
        self.delete.clicked.connect(lambda _checked=False: self.delete_wanted.emit(self._address()))
        self.grid.opened.connect(lambda _key: self.enter_wanted.emit(self._address()))

    def show_scores(self, scores: Scores) -> None:
        """Show the table."""
        self.about.setText(scores.counts)
        self._answers = scores.answers
        self.grid.show_lines(scores.heads, scores.lines)
        self.delete.setEnabled(bool(scores.lines))

    def _show_words(self, address: object) -> None:
        self.words.setPlainText(self._answers.get(str(address), _NOTHING))

    def _address(self) -> str:
        return str(self.grid.key() or "")


def gather(study: Study, viewer: Viewer, of_srs: srs.Thresholds, of_psq: psq.Thresholds) -> Scores:
    """Read what the table of scores shows."""
    given, out = measures.usable(study, viewer)
    kept: dict[tuple[SessionId, str], Measure] = {
        (each.session_id, each.instrument): each for each in given
    }
    held = {instrument for _, instrument in kept}
    shown = [each for each in measures.instruments(study) if each.id in held]
    readings = {
        session.id: reading
        for listed in measures.srs_readings(study, viewer, of_srs).values()
        for session, reading in listed
    }
    heads = ["Session", *(_SHORT.get(each.id, each.title) for each in shown), "What the SRS says"]
    lines = [
        _line(session, shown, kept, readings.get(session.id), of_psq)
        for session in study.sessions()
    ]
    with_any = sum(any(key[0] == session.id for key in kept) for session in study.sessions())
    answered, every = counted(len(kept), "answered instrument"), counted(len(lines), "session")
    counts = f"{answered}, {with_any} of {every}."
    if out:
        told = ", ".join(each.address for each in out)
        counts += " " + say(Notice("measures_left_out", {"sessions": told}))
    answers = {
        session.address: told
        for session in study.sessions()
        if (told := _in_full(session, shown, kept))
    }
    return Scores(tuple(heads), tuple(lines), counts, answers)


def _in_full(
    session: Session,
    shown: Sequence[Instrument],
    kept: Mapping[tuple[SessionId, str], Measure],
) -> str:
    """Everything that was answered about a session, a line for each answer."""
    parts = []
    for each in shown:
        measure = kept.get((session.id, each.id))
        if measure is not None:
            names = {item: name_of(each, item) for item in measures.written(each)}
            numbers = [
                f"{answer.item} {answer.value:g}"
                for answer in measure.answers
                if answer.value is not None
            ]
            words = [
                f"{names.get(answer.item, answer.item)}: {answer.text}"
                for answer in measure.answers
                if answer.text
            ]
            parts.append("\n".join(filter(None, [each.title, ", ".join(numbers), *words])))
    return "\n\n".join(parts)


def _line(
    session: Session,
    shown: Sequence[Instrument],
    kept: dict[tuple[SessionId, str], Measure],
    reading: srs.Reading | None,
    at: psq.Thresholds,
) -> Line:
    cells = [session.address]
    for each in shown:
        measure = kept.get((session.id, each.id))
        cells.append("" if measure is None else _cell(each, measure, at))
    said = "" if reading is None else srs_said(reading)
    return Line((*cells, said), session.address)


def _cell(of: Instrument, measure: Measure, at: psq.Thresholds) -> str:
    if of.id in {measures.PSQ_PATIENT, measures.PSQ_THERAPIST}:
        return psq_said(psq.read(measures.numbers_of(measure), at))
    value = measures.score(of, measure, measures.scored(of).what)
    return "not all answered" if value is None else f"{value:g}"


def psq_said(of: psq.Reading) -> str:
    """What a PSQ says, in a few words."""
    if of.selected is None:
        return "cannot be told"
    if not of.selected:
        return "no problem"
    parts = [{"b1a": "tension", "b2a": "holding back"}[item] for item in of.why]
    told = " and ".join(parts)
    told += ", intensity " + ("not known" if of.intensity is None else f"{of.intensity:g}")
    told += "" if of.resolution is None else f", {of.resolution}"
    return told + (", unaddressed" if of.unaddressed else "")


def srs_said(of: srs.Reading) -> str:
    """What an SRS says, in a few words."""
    moved = None if of.changes is None else of.changes.get(srs.TOTAL)
    low = of.concerns
    if set(srs.ITEMS) <= set(low):
        low = ("every line", *(name for name in low if name == srs.TOTAL))
    below = [item for item, flag in (of.norms or {}).items() if flag.below]
    parts = [
        *([] if of.band is None else [of.band.value]),
        *([f"concern: {', '.join(low)}"] if low else []),
        *(["concern: cannot be told"] if of.undecided else []),
        *([f"change {moved:+g}"] if moved is not None else []),
        *([f"stands out: {', '.join(of.stands_out)}"] if of.stands_out else []),
        *([f"below the norm: {', '.join(below)}"] if below else []),
        *(["full marks again and again"] if of.ceiling else []),
    ]
    return "; ".join(parts)
