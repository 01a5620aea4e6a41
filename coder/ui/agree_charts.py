"""The charts of the Agree desk: tolerances, confusions, coders, counts; computed as looked at."""

import dataclasses
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QTabBar, QVBoxLayout, QWidget

from coder.agreement import DEFINITIONS, Level, Plan, Unit
from coder.agreement.behind import TOLERANCES_MS, Confusion, Curve, Numbers, lines, numbers
from coder.agreement.icc import bland_altman
from coder.errors import CoderError, Stopped
from coder.ui.agree_lines import UNIT_WORDS, Row, directed, number, of_ruptures
from coder.ui.agree_words import how_many
from coder.ui.agree_work import Found, curves_of, event_plan, names_at
from coder.ui.chart_view import ChartView
from coder.ui.charts import Chart, Curves, Heat, Points, Stroke
from coder.ui.tasks import Task, Tasks
from coder.ui.theme import Theme
from coder.words import say

TABS = ("Tolerance", "Confusions", "Coders", "Counts")
_INKS = ("withdrawal", "confrontation", "repair", "precipitant", "unsure", "accent")
_CHOOSE = "Choose two coders (Between, above)."


# They reward agreement on absence, and never stand alone.
_WITH_POSITIVE = {"pabak", "gwet_ac1"}


@dataclass(frozen=True, slots=True)
class _Cell:
    """What two coders come to: the number, as written, as told, and of how many."""

    value: float | None
    text: str
    told: str
    n: int


class Charts(QWidget):
    """A switch and a chart; what takes time is computed once, when it is first looked at."""

    coded = Signal(object)
    crossed = Signal(object)
    paired = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: Tasks, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.tabs = QTabBar(self)
        self.view = ChartView(theme, self)
        self.keep = QPushButton("Save picture…", self)
        self._found: Found | None = None
        self._raters: tuple[str, ...] | None = None
        self._level: Level = "row"
        self._statistic = ""
        self._row: Row | None = None
        self._made: dict[Hashable, Any] = {}
        self._running: dict[Hashable, Task] = {}
        for name in TABS:
            self.tabs.addTab(name)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("Charts")
        head = QHBoxLayout()
        head.addWidget(self.tabs)
        head.addStretch(1)
        head.addWidget(self.keep)
        room = QScrollArea(self)
        room.setWidgetResizable(True)
        room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        room.setWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(room, 1)
        self.tabs.currentChanged.connect(lambda _tab: self.draw())
        self.keep.clicked.connect(lambda _checked=False: self.view.ask_and_save())
        self.view.picked.connect(self._on_picked)

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.view.wear(theme)

    def clear(self) -> None:
        """Show nothing, and hold nothing."""
        self.hold(None, "row")
        self.view.show_chart(None)

    def hold(self, found: Found | None, level: Level) -> None:
        """Take other numbers to draw; what was being computed is dropped."""
        for task in self._running.values():
            task.stop()
        self._running, self._made = {}, {}
        self._found, self._level = found, level
        self._row = None

    def show_code(self, raters: tuple[str, ...] | None, statistic: str, row: Row | None) -> None:
        """Draw what is behind a row, for two coders by name or (None) all."""
        self._raters, self._statistic, self._row = raters, statistic, row
        self.draw()

    def draw(self) -> None:
        """Draw the chart in front, or say why there is none."""
        chart: Chart | str = ""
        if self._found is not None:
            makers = (self._curves, self._confusions, self._coders, self._counts)
            chart = makers[self.tabs.currentIndex()](self._found)
        drawn = None if isinstance(chart, str) else chart
        self.keep.setEnabled(drawn is not None)
        if drawn is None or drawn != self.view.chart:
            self.view.show_chart(drawn, chart if isinstance(chart, str) else "")

    def _on_picked(self, key: object) -> None:
        (self.coded, self.crossed, self.paired, self.coded)[self.tabs.currentIndex()].emit(key)

    def _pair(self, found: Found) -> tuple[str, ...] | None:
        """The two coders looked at."""
        names = found.results.raters
        return self._raters or (names if len(names) == 2 else None)  # noqa: PLR2004 - a pair

    def _get(self, key: Hashable, work: Callable[[Task], Any]) -> Any:
        """What was computed, None until then; a CoderError where there is nothing."""
        if key in self._made or key in self._running:
            return self._made.get(key)
        found = self._found

        def keep(value: object) -> None:
            if self._found is found:
                self._running.pop(key, None)
                self._made[key] = value
                self.draw()

        def failed(fault: BaseException) -> None:
            if isinstance(fault, CoderError):
                keep(fault)
            elif not isinstance(fault, Stopped):
                self.failed.emit(fault)

        self._running[key] = self._tasks.run(work, keep, failed)
        return None

    # Tolerance

    def _curves(self, found: Found) -> Chart | str:
        codings, plan, row = found.codings, found.results.plan, self._row
        wanted: list[Level] = ["family"]
        wanted += [self._level] if row and row.level == self._level != "family" else []
        made: dict[Level, tuple[Curve, ...]] = {}
        for level in wanted:
            got = self._get(
                ("curves", level), partial(curves_of, codings, plan, level, TOLERANCES_MS)
            )
            if got is None:
                return "Matching marks at every tolerance…"
            if isinstance(got, CoderError):
                return say(got)
            made[level] = got
        strokes = self._strokes(found, made)
        at = plan.tolerance_ms / 1000
        fixed = "tolerance_ms" not in found.standing.departures and found.standing.status != "open"
        who = " and ".join(self._pair(found) or ("every two coders",))
        return Curves(
            f"Event F1 against tolerance: {who}",
            f"Unit: marks, matched one to one (n = {found.events.n_units})",
            tuple(each / 1000 for each in TOLERANCES_MS),
            strokes,
            at,
            f"{at:g} s, fixed" if fixed else f"{at:g} s",
        )

    def _strokes(self, found: Found, made: dict[Level, tuple[Curve, ...]]) -> tuple[Stroke, ...]:
        pair, row = self._pair(found), self._row
        level = row.level if row is not None and row.level in made else "family"
        code = row.code if row is not None and row.level in made else None
        if pair is None:
            what = "" if row is None or code is None else f", {row.name}"
            return tuple(
                Stroke("–".join(c.raters) + what, c.lines[code], _INKS[n % len(_INKS)], None)
                for n, c in enumerate(made[level])
                if code in c.lines
            )
        strokes = []
        for at, curves in made.items():
            curve = next((each for each in curves if each.raters == pair), None)
            if curve is None:
                continue
            if at == "family":
                strokes += [
                    Stroke("all marks", curve.lines[None], "text", ("any", None)),
                    Stroke(
                        "withdrawal", curve.lines["withdrawal"], "withdrawal", (at, "withdrawal")
                    ),
                    Stroke(
                        "confrontation",
                        curve.lines["confrontation"],
                        "confrontation",
                        (at, "confrontation"),
                    ),
                ]
            elif row is not None and code in curve.lines and (code or not of_ruptures(found)):
                strokes.append(Stroke(row.name, curve.lines[code], "accent", (at, code)))
        return tuple(each for each in strokes if any(v is not None for v in each.values))

    # Confusions

    def _confusions(self, found: Found) -> Chart | str:
        level = self._level
        crossed = found.confusions.get(level)
        if crossed is None:
            return "These codings cannot be compared at this level."
        pair = self._pair(found)
        one = next((each for each in crossed if each.raters == pair), None)
        if one is None:
            return _CHOOSE if pair is None else "These two coders have no session in common."
        return _crossed(one, level, names_at(found, level))

    # Coders

    def _coders(self, found: Found) -> Chart | str:
        row, names = self._row, found.results.raters
        if row is None or row.key[2]:
            return "Choose a code in the table."
        label = DEFINITIONS[self._statistic].label
        cells = [[self._cell(found, row, one, other) for other in names] for one in names]
        n = max(cell.n for line in cells for cell in line)
        if not n:
            return f"There is no {label} of this code by two coders."
        beside = " (positive agreement)" if self._statistic in _WITH_POSITIVE else ""
        return Heat(
            f"{row.name}: {label}{beside}, every two coders",
            f"Unit: {UNIT_WORDS[found.results.unit]} (n up to {n})",
            names,
            tuple(tuple(cell.value for cell in line) for line in cells),
            tuple(tuple(cell.text for cell in line) for line in cells),
            tuple(tuple(cell.told for cell in line) for line in cells),
            tuple(
                tuple((a, b) if a != b else None for b in range(len(names)))
                for a in range(len(names))
            ),
        )

    def _cell(self, found: Found, row: Row, one: str, other: str) -> "_Cell":
        """Two coders' number about a code, the first as the reference where it has one."""
        names, label = found.results.raters, DEFINITIONS[self._statistic].label
        pair = tuple(sorted((one, other), key=names.index))
        held = lines(found.results, None if len(names) == 2 else pair)  # noqa: PLR2004 - a pair
        cells = next((e.cells for e in held if (e.level, e.code) == (row.level, row.code)), {})
        result = directed(cells, self._statistic, (one, other))
        if one == other or result is None:
            return _Cell(None, "", one if one == other else f"{one} and {other}", 0)
        text = number(result.estimate)
        positive = cells.get("positive")
        if self._statistic in _WITH_POSITIVE and positive is not None:
            text += f" ({number(positive.estimate)})"
        why = say(result.reason) if result.reason else f"n = {result.n}"
        rare = f" {say(result.note)}" if result.note else ""
        told = f"{one} and {other}: {label} {text} ({why}){rare}"
        return _Cell(result.estimate, text, told, result.n)

    # Counts

    def _counts(self, found: Found) -> Chart | str:
        pair, row = self._pair(found), self._row
        if pair is None:
            return _CHOOSE
        level, code = ("any", None) if row is None or row.key[2] else (row.level, row.code)
        level, code = (
            ("any", None) if level not in {None, "family"} and code is None else (level, code)
        )
        if level is None:
            return "Counts are compared for markers; choose one in the table."
        plan = event_plan(found.results.plan)
        unit: Unit = "segment" if found.results.unit == "segment" else "session"
        got = self._get(
            ("numbers", level, code), lambda _task: _numbers(found, plan, unit, level, code)
        )
        if got is None:
            return "Counting…"
        if isinstance(got, CoderError):
            return say(got)
        name = "Any rupture" if row is None or level == "any" else row.name
        return _points(got, pair, name, unit)


def _crossed(found: Confusion, level: Level, labels: dict[str, str]) -> Chart | str:
    """Who took what for what; a cell stands for what each of the two took it for."""
    table, last = found.table, len(found.states)
    used = [n for n in range(last) if table[n].any() or table[:, n].any()] + [last]
    if not table.any():
        return "Neither marked anything with a time."
    states: list[str | None] = [*found.states, None]
    names = ["no match" if each is None else labels.get(each, each) for each in states]
    one, other = found.raters

    def tell(a: int, b: int) -> str:
        n = how_many(int(table[a, b]), (states[a], states[b]))
        return f"{one} {names[a]}, {other} {names[b]}: {n}"

    def key(a: int, b: int) -> object:
        return level, found.raters, (states[a], states[b])

    return Heat(
        f"Who took what for what: {one} in rows, {other} in columns",
        f"Unit: marks, matched one to one (n = {table.sum()} pairs and unmatched marks); "
        f"the last row and column had no match",
        tuple(names[n] for n in used),
        tuple(tuple(float(table[a, b]) for b in used) for a in used),
        tuple(tuple(str(table[a, b]) if table[a, b] else "" for b in used) for a in used),
        tuple(tuple(tell(a, b) for b in used) for a in used),
        tuple(tuple(key(a, b) for b in used) for a in used),
    )


def _numbers(found: Found, plan: Plan, unit: Unit, level: Level, code: str | None) -> Numbers:
    return numbers(found.codings, dataclasses.replace(plan, unit=unit), level, code)


def _points(found: Numbers, pair: tuple[str, ...], name: str, unit: str) -> Chart | str:
    """Two coders’ counts, of the sessions or segments that both saw."""
    columns = [found.raters.index(each) for each in pair]
    both = found.numbers[:, columns]
    seen = np.isfinite(both.sum(axis=1))
    rows = both[seen]
    if not len(rows):
        return "These two coders have no session in common."
    limits = bland_altman(rows[:, 0], rows[:, 1])
    names = tuple(each for each, kept in zip(found.names, seen.tolist(), strict=True) if kept)
    few = "" if limits.low is not None else "; limits of agreement need more of them"
    return Points(
        f"{name}: how often {pair[0]} and {pair[1]} marked it",
        f"Unit: {unit}s (n = {len(rows)}){few}",
        (pair[0], pair[1]),
        names,
        tuple(rows[:, 0].tolist()),
        tuple(rows[:, 1].tolist()),
        (limits.bias, limits.low, limits.high),
    )
