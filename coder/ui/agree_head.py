"""Above the table: what the numbers rest on and whether that was fixed; between whom, by what."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from coder.agreement import DEFINITIONS
from coder.reliability import Standing
from coder.ui.agree_choices import Choices
from coder.ui.agree_lines import statistics_of, tip, usual_of
from coder.ui.agree_words import INTERVALS, REPORTS, SETTLES, about, how_fixed
from coder.ui.agree_work import Found
from coder.ui.quiet import QuietComboBox
from coder.ui.tasks import Task

_PAIR = 2
_NARROW = 70  # characters


class Head(QWidget):
    """Title, the line every number rests on, what was fixed; and the work under way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.about, self.status = QLabel(self), QLabel(self), QLabel(self)
        self.settle = QPushButton("Fix these settings", self)
        self.report = QPushButton("Report…", self)
        self.again = QPushButton("Compute again", self)
        self.progress = QProgressBar(self)
        self.task: Task | None = None
        for label, name in ((self.title, "title"), (self.about, "muted"), (self.status, "muted")):
            label.setObjectName(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(110, 8)
        self.progress.setAccessibleName("Progress")
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing moves when work begins
        self.progress.setSizePolicy(policy)
        self.progress.hide()
        self.settle.setToolTip(tip(SETTLES))
        self.report.setToolTip(tip(REPORTS))
        self._lay_out()

    def _lay_out(self) -> None:
        self._first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        acts, last = QHBoxLayout(), QHBoxLayout()
        self._first.addWidget(self.title, 1)
        self._first.addLayout(acts)
        acts.addWidget(self.again)
        acts.addWidget(self.report)
        acts.addStretch(1)
        last.addWidget(self.status, 1)
        last.addWidget(self.progress)
        last.addWidget(self.settle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._first)
        column.addWidget(self.about)
        column.addLayout(last)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the title a line of its own where there is little room beside the buttons."""
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        narrow = self.width() < _NARROW * self.fontMetrics().averageCharWidth()
        self._first.setDirection(way.TopToBottom if narrow else way.LeftToRight)

    def say(self, told: str) -> None:
        """Show a sentence instead of what numbers rest on."""
        self.title.setText("Agreement")
        self.about.setText(told)
        self.about.setToolTip("")
        self.status.clear()
        self.settle.hide()
        self.report.setEnabled(False)

    def show_found(self, found: Found) -> None:
        """Show what these numbers rest on."""
        self.about.setText(about(found))
        self.about.setToolTip(tip(INTERVALS) if found.results.settings["interval"] else "")
        self.report.setEnabled(True)

    def name(self, found: Found, raters: tuple[str, ...] | None) -> None:
        """Say what is compared, between whom."""
        count = found.results.settings["double_coded"]
        sessions = "session" if count == 1 else "sessions"
        who = ", ".join(raters or found.results.raters)
        self.title.setText(f"Agreement, {count} double-coded {sessions}, coders {who}")

    def tell_standing(self, where: Standing, *, may_fix: bool) -> None:
        """Say whether the settings are those that were fixed, or offer to fix them."""
        self.status.setText(how_fixed(where))
        self.settle.setVisible(may_fix and where.status != "fixed")

    def begin(self, task: Task) -> None:
        """Show that work is under way, and offer to stop it."""
        self.task = task
        task.progressed.connect(self._on_progress)
        self.progress.setValue(0)
        self.progress.show()
        self.again.setText("Stop")

    def end(self) -> None:
        """Ask the work under way to end; nobody waits for it any more."""
        if self.task is not None:
            self.task.stop()
            self.task.progressed.disconnect(self._on_progress)
            self.task = None
        self.progress.hide()
        self.again.setText("Compute again")

    def _on_progress(self, share: float) -> None:
        self.progress.setValue(round(100 * share))


class Aspect(QWidget):
    """Between whom, and by which coefficient: another look at the same numbers."""

    changed = Signal()

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        self.hide()  # its two fields stand among the choices
        self.between, self.statistic = QuietComboBox(choices), QuietComboBox(choices)
        self._unit = self._usual = ""
        flow = choices.layout()
        assert flow is not None  # noqa: S101 - the choices have one
        for name, box in (("Between", self.between), ("Coefficient", self.statistic)):
            box.setSizeAdjustPolicy(QuietComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(lambda _row: self.changed.emit())
            flow.addWidget(choices.field(name, box))

    def clear(self) -> None:
        """Offer nothing."""
        self.between.clear()
        self.statistic.clear()

    def offer_pairs(self, found: Found) -> None:
        """Offer all coders together, and every two; marks are matched between two alone."""
        names, before = found.results.raters, self.between.currentText()
        self.between.clear()
        if len(names) == _PAIR:
            self.between.addItem(f"{names[0]} and {names[1]}", None)
            return
        if found.results.unit != "event":
            self.between.addItem(f"all {len(names)} coders", None)
        for n, one in enumerate(names):
            for other in names[n + 1 :]:
                self.between.addItem(f"{one} and {other}", (one, other))
        self.between.setCurrentIndex(max(0, self.between.findText(before)))

    def choose_pair(self, found: Found, places: tuple[int, int]) -> None:
        """Look at two coders, by their places."""
        one, other = (found.results.raters[place] for place in sorted(places))
        self.between.setCurrentIndex(max(0, self.between.findText(f"{one} and {other}")))
        self.changed.emit()

    def raters(self) -> tuple[str, ...] | None:
        """The two coders looked at, of three and more; None is all there are."""
        data = self.between.currentData()
        return None if data is None else tuple(data)

    def chosen(self, found: Found) -> str:
        """The coefficient looked at: one that was chosen, or the usual one for these coders."""
        before, unit = self.statistic.currentData(), found.results.unit
        usual = usual_of(found, self.raters())
        before = usual if before == self._usual else before
        self.statistic.clear()
        for each in statistics_of(found, self.raters()):
            self.statistic.addItem(DEFINITIONS[each].label, each)
        kept = self.statistic.findData(before) if unit == self._unit else 0
        self.statistic.setCurrentIndex(max(0, kept))
        self._unit, self._usual = unit, usual
        return self.statistic.currentData() or usual
