"""Ruptures in the run of scores: a chart for each participant, and what was found in words."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from coder.alliance import Episode, Trajectory, What, numbers_as_given, what_as_given
from coder.errors import Notice
from coder.ui.chart_view import ChartView
from coder.ui.grid import Grid, Line
from coder.ui.measures_rule import RuleBar
from coder.ui.theme import Theme
from coder.ui.trajectory_chart import Course
from coder.words import say


class TrajectoryPage(QWidget):
    """The rule, the participants, the chart of the chosen one and its ruptures."""

    changed = Signal()
    sought = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: tuple[Trajectory, ...] = ()
        self._what = ""
        self._notices: tuple[str, ...] = ()
        self._names: Mapping[str, dict[int, str]] = {}
        self.bar = RuleBar(self)
        self.people = Grid("Participants, and what was found in their scores", self)
        self.chart = ChartView(theme, self)
        self.chart.file_name = "trajectory.png"
        self.ruptures = Grid("Ruptures and signals of the participant", self)
        self.about = QLabel(self)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setObjectName("muted")
        self.about.setWordWrap(True)
        self.save = QPushButton("Save picture…", self)
        self._lay_out()
        self.bar.changed.connect(self.changed)
        self.people.chosen.connect(self._show_person)
        self.chart.picked.connect(self.sought)
        self.save.clicked.connect(lambda _checked=False: self.chart.ask_and_save())

    def _lay_out(self) -> None:
        right = QSplitter(Qt.Orientation.Vertical, self)
        right.setChildrenCollapsible(False)
        right.addWidget(self.chart)
        right.addWidget(self.ruptures)
        right.setSizes([380, 180])
        across = QSplitter(Qt.Orientation.Horizontal, self)
        across.setChildrenCollapsible(False)
        across.addWidget(self.people)
        across.addWidget(right)
        across.setSizes([340, 800])
        foot = QHBoxLayout()
        foot.addWidget(self.about, 1)
        foot.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.addWidget(self.bar)
        layout.addLayout(foot)
        layout.addWidget(across, 1)

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.chart.wear(theme)

    def show_found(
        self,
        found: Sequence[Trajectory],
        what: str,
        names: Mapping[str, dict[int, str]],
        notices: Sequence[str] = (),
    ) -> None:
        """Show what a rule found; ``names`` are the sessions' by participant and index."""
        self._found, self._what, self._names = tuple(found), what, names
        self._notices = tuple(notices)
        self.about.setText(" ".join(notices))
        lines = [Line((each.series.owner, _count(each)), each.series.owner) for each in found]
        self.people.show_lines(("Participant", "Found"), lines)
        if not found:
            self._clear("Nothing is scored yet: enter answers, or import a table (Scores).")

    def say(self, told_: str) -> None:
        """Show a sentence instead of charts."""
        self._found = ()
        self.people.show_lines((), [])
        self.about.clear()
        self._clear(told_)

    def _clear(self, why: str) -> None:
        self.chart.show_chart(None, why)
        self.ruptures.show_lines((), [])

    def _show_person(self, owner: object) -> None:
        of = next((each for each in self._found if each.series.owner == owner), None)
        if of is None:
            return
        names = self._names.get(of.series.owner, {})
        self.chart.show_chart(Course(of, self._what, names))
        numbers = ", ".join(f"{name} {value:.2f}" for name, value in numbers_as_given(of).items())
        self.ruptures.show_lines(("Session", "What", "What became of it"), _lines(of, names))
        self.ruptures.setToolTip(numbers)
        computed = f"Computed for {of.series.owner}: {numbers}." if numbers else ""
        self.about.setText(" ".join(filter(None, (computed, *self._notices))))


def _lines(of: Trajectory, names: Mapping[int, str]) -> list[Line]:
    """What was found, a line each: of the scores as they were given, the sessions by address."""
    if of.reason is not None:
        return [Line(("", say(Notice(of.reason)), ""))]

    def at(index: int) -> str:
        return f"{of.series.owner}/{names[index]}" if index in names else str(index)

    turned = of.series.turned
    lines = []
    for each in of.episodes:
        what = f"{'rise' if turned else 'drop'} of {each.drop:g}"
        lines.append(Line((at(each.trough), what, _became(each, at))))
    troughs = {each.trough for each in of.episodes}
    for one in of.signals:
        if one.index not in troughs:
            # A limit of scores is a place on the scale; that of a step or a drop is none.
            place = one.what in {What.LOW, What.LEVEL}
            limit = of.series.as_given(one.limit) if place else one.limit
            what = what_as_given(one.what, turned=turned)
            lines.append(Line((at(one.index), what, f"limit {limit:.1f}")))
    for split in of.splits:
        what = "lower level" if split.falls != turned else "higher level"
        lines.append(Line((f"after {at(split.after)}", what, f"R² {split.r_squared:.2f}")))
    return lines


def _became(of: Episode, at: Callable[[int], str]) -> str:
    """What became of a rupture, and why that cannot be told."""
    said = of.fate.value + (f" at {at(of.repaired_at)}" if of.repaired_at else "")
    said += f", {of.pattern.value}" if of.pattern is not None else ""
    return said if of.reason is None else f"{said}: {say(Notice(of.reason))}"


def _count(of: Trajectory) -> str:
    """What was found in a series, in words."""
    if of.reason is not None:
        return "cannot be told"
    if not of.episodes:
        count = len(of.ruptures)
        return "no signal" if not count else f"{count} signals" if count > 1 else "1 signal"
    fates = [each.fate.value for each in of.episodes]
    return ", ".join(f"{fates.count(fate)} {fate}" for fate in dict.fromkeys(fates))
