"""The pool: which sessions a rule selects, why, how far they are, and what was found in them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from coder import measures
from coder.pool import Outside, Pooled, funnel
from coder.session import Session
from coder.ui.flow import Flow
from coder.ui.grid import Grid, Line
from coder.ui.import_preview import counted
from coder.ui.quiet import QuietComboBox
from coder.words import say

_ALL, _CHOSEN, _UNTOLD = "all", "selected", "cannot be told"
_STEPS = "Sessions at each step"


class PoolPage(QWidget):
    """A rule, the funnel, and the sessions."""

    changed = Signal()
    sought = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pooled: tuple[Pooled, ...] = ()
        self.rule, self.which = QuietComboBox(self), QuietComboBox(self)
        for name, told in measures.RULES.items():
            self.rule.addItem(told, name)
        self.rule.setAccessibleName("Rule that selects sessions")
        self.which.addItem("selected sessions", _CHOSEN)
        self.which.addItem("all sessions", _ALL)
        self.which.addItem("what cannot be told", _UNTOLD)
        self.which.setAccessibleName("Which sessions are listed")
        self.told = QLabel(self)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setObjectName("muted")
        self.told.setWordWrap(True)
        self.steps, self.grid = Grid(_STEPS, self, whole=True), Grid("Sessions of the pool", self)
        row = Flow()
        for widget in (QLabel("Select by", self), self.rule, QLabel("List", self), self.which):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(self.told)
        layout.addWidget(self.steps)
        layout.addWidget(self.grid, 1)
        self.rule.currentIndexChanged.connect(lambda _row: self.changed.emit())
        self.which.currentIndexChanged.connect(lambda _row: self._list())
        self.grid.opened.connect(self.sought)

    def show_pool(self, pooled: Sequence[Pooled], settings: str, out: Outside) -> None:
        """Show the funnel and the sessions, with what the rule computes with and who is out."""
        self._pooled = tuple(pooled)
        lines = [Line((step, str(n)), step) for step, n in funnel(pooled).rows()]
        self.steps.show_lines((_STEPS, "n"), lines)
        without = sum(not each.measured for each in pooled)
        told = f" Without a measure that it asks about: {counted(without, 'session')}."
        unasked = told if without else ""
        parts = (f"{settings}{unasked}", *map(say, out.notices()), "Enter goes to the session.")
        self.told.setText(" ".join(parts))
        self._list()

    def _list(self) -> None:
        every = self.which.currentData() == _ALL
        told = self.which.currentData() == _UNTOLD
        lines = [
            _line(each)
            for each in self._pooled
            if every or (each.undecided is not None if told else each.reason is not None)
        ]
        self.grid.show_lines(("Session", "Selected, and why", "Coding", "Found", "Outcome"), lines)


def _line(of: Pooled) -> Line:
    found = {None: "not listened to", True: "rupture", False: "no rupture"}[of.found]
    ended = "" if of.outcome is None else of.outcome.value.replace("-", " ")
    session: Session = of.session
    return Line((session.address, of.why, of.stand.value, found, ended), session)
