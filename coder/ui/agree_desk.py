"""The Agree desk: unit and counts before any number; every row opens into moments to hear."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListView,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from coder import agreement
from coder.agreement import Agreement, Moment, Result
from coder.coding import CodedSession, Mark, State
from coder.errors import CoderError, Notice
from coder.session import Turn, format_clock
from coder.ui.transcript import Index
from coder.ui.workspace import KIND_NAMES, Workspace
from coder.words import say

MOMENT = Qt.ItemDataRole.UserRole
LEVELS = (("any", "any rupture"), ("family", "family"), ("row", "form row"), ("marker", "marker"))
_NAMES = {
    "percent": "raw agreement",
    "cohen_kappa": "Cohen’s kappa",
    "positive_agreement": "positive agreement",
    "event_f1": "event F1",
    "event_precision": "precision",
    "event_recall": "recall",
}
_HEAD = ("Code", "Statistic", "Estimate", "95 %", "n", "Counts")


class ResultModel(QAbstractTableModel):
    """The numbers, each with its counts; what cannot be estimated says why."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.results: list[Result] = []
        self._raters: tuple[str, ...] = ()

    def show(self, results: Sequence[Result], raters: Sequence[str] = ("first", "second")) -> None:
        """Show these."""
        self.beginResetModel()
        self.results, self._raters = list(results), tuple(raters)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a number."""
        return 0 if parent.isValid() else len(self.results)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Code, statistic, estimate, interval, n and counts."""
        return 0 if parent.isValid() else len(_HEAD)

    def headerData(
        self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The columns' names."""
        shown = way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return _HEAD[section] if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell says."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = index.column() in {2, 4}
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return cells(self.results[index.row()], self._raters)[index.column()]
        return None


def cells(result: Result, raters: Sequence[str]) -> tuple[str, ...]:
    """Lay one number out for reading."""
    first, second = raters[:2]
    names = {"only_first": f"only {first}", "only_second": f"only {second}"}
    name = _NAMES.get(result.statistic, result.statistic)
    if result.direction:
        name += f" {result.direction}"
    estimate = "—" if result.estimate is None else f"{result.estimate:.2f}"
    span = ""
    if result.low is not None and result.high is not None:
        span = f"{result.low:.2f} to {result.high:.2f}"
    counts = ", ".join(f"{names.get(key, key)} {n}" for key, n in result.counts.items())
    told = counts if result.reason is None else f"{say(Notice(result.reason))} ({counts})"
    return (result.code or "all", name, estimate, span, str(result.n), told)


_QUOTED = 110  # characters of a turn that a moment shows
_KINDS = {
    "agree": "agree",
    "only-first": "only {first}",
    "only-second": "only {second}",
    "other-marker": "other marker",
    "other-family": "other family",
}


class MomentModel(QAbstractListModel):
    """The moments where two coders differ, in order of time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.moments: list[Moment] = []
        self._labels: dict[str, str] = {}

    def show(self, moments: Sequence[Moment], labels: dict[str, str]) -> None:
        """Show these; ``labels`` names the markers."""
        self.beginResetModel()
        self.moments, self._labels = list(moments), labels
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a moment."""
        return 0 if parent.isValid() else len(self.moments)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What each coder has there, and the words."""
        if not index.isValid():
            return None
        moment = self.moments[index.row()]
        if role == MOMENT:
            return moment
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        first, second = moment.raters
        when = "untimed" if moment.at_ms is None else format_clock(moment.at_ms)
        kind = _KINDS[moment.kind].format(first=first, second=second)
        words = _quote(moment.turn)
        each = f"{first}: {self._name(moment.first)} · {second}: {self._name(moment.second)}"
        return f"{when}  {moment.session.address}  {kind}\n{words}\n{each}"

    def _name(self, mark: Mark | None) -> str:
        if mark is None:
            return "nothing"
        label = self._labels.get(mark.marker or "", KIND_NAMES.get(mark.kind, mark.kind.value))
        return label if mark.family is None else f"{label} ({mark.family.value})"


def _is_meant(coded: CodedSession) -> bool:
    """Tell whether a coding is one: begun and left empty it is none."""
    return bool(coded.marks) or coded.coding.state == State.SUBMITTED


def _quote(turn: Turn | None) -> str:
    if turn is None:
        return ""
    return f"“{turn.text}”" if len(turn.text) <= _QUOTED else f"“{turn.text[:_QUOTED]}…”"


class AgreeDesk(QWidget):
    """Two coders side by side, and the moments where they differ."""

    heard = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._coded: list[CodedSession] = []
        self.first, self.second = QComboBox(self), QComboBox(self)
        self.level, self.unit = QComboBox(self), QComboBox(self)
        self.tolerance = QDoubleSpinBox(self)
        self.about = QLabel(self)
        self.results = ResultModel(self)
        self.table = QTableView(self)
        self.moments = MomentModel(self)
        self.moment_list = QListView(self)
        self.count = QLabel(self)
        self._lay_out()
        for box in (self.first, self.second, self.level, self.unit):
            box.activated.connect(lambda _row: self.compute())
        self.tolerance.editingFinished.connect(self.compute)
        self.moment_list.clicked.connect(lambda index: self.heard.emit(index.data(MOMENT)))
        self.moment_list.activated.connect(lambda index: self.heard.emit(index.data(MOMENT)))

    def _lay_out(self) -> None:
        self._fill_choices()
        self.table.setModel(self.results)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.moment_list.setModel(self.moments)
        self.moment_list.setWordWrap(True)
        self.moment_list.setSpacing(4)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setWordWrap(True)
        across = QSplitter(Qt.Orientation.Horizontal, self)
        across.setHandleWidth(1)
        across.addWidget(self._numbers())
        across.addWidget(self._differences())
        across.setSizes([760, 440])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(across)

    def _fill_choices(self) -> None:
        for key, name in LEVELS:
            self.level.addItem(name, key)
        self.level.setCurrentIndex(1)
        self.unit.addItem("the patient’s substantive turns", "turn")
        self.unit.addItem("marks matched one to one", "event")
        self.tolerance.setRange(0.5, 120)
        self.tolerance.setValue(self._workspace.settings.tolerance_ms / 1000)
        self.tolerance.setSuffix(" s")
        self.tolerance.setDecimals(1)
        for widget, name in (
            (self.first, "First coder"),
            (self.second, "Second coder"),
            (self.level, "Level"),
            (self.unit, "Unit"),
            (self.tolerance, "Tolerance"),
            (self.table, "Agreement"),
            (self.moment_list, "Moments"),
        ):
            widget.setAccessibleName(name)

    def _numbers(self) -> QWidget:
        who, how = QHBoxLayout(), QHBoxLayout()
        for row, label, box in (
            (who, "Coders", self.first),
            (who, "and", self.second),
            (who, "Level", self.level),
            (how, "Unit", self.unit),
            (how, "Tolerance", self.tolerance),
        ):
            row.addWidget(QLabel(label, self))
            row.addWidget(box)
        who.addStretch(1)
        how.addStretch(1)
        title = QLabel("Agreement", self)
        title.setObjectName("title")
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(16, 12, 12, 12)
        column.addWidget(title)
        column.addWidget(self.about)
        column.addLayout(who)
        column.addLayout(how)
        column.addWidget(self.table, 1)
        return left

    def _differences(self) -> QWidget:
        heading = QLabel("WHERE THEY DIFFER · click to hear", self)
        heading.setObjectName("heading")
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 12, 16, 12)
        column.addWidget(heading)
        column.addWidget(self.count)
        column.addWidget(self.moment_list)
        return right

    def clear(self) -> None:
        """Show nothing, and hold nothing: another may be looking now."""
        self._coded = []
        self.first.clear()
        self.second.clear()
        self._say("")

    def show_study(self) -> None:
        """Gather what may be compared, and compare it."""
        workspace, study = self._workspace, self._workspace.study
        self._coded = []
        if study is None:
            self._say("Open a study first.")
        elif not workspace.known:
            self.clear()
            self._say("Say first who is looking (Study, Who is coding…).")
        elif workspace.viewer is not None and study.blind:
            self._say(
                "You are blind: only your own codings are yours to see. Agreement is shown to the "
                "lead (Study, Who is coding…), or to all once the lead has ended blindness."
            )
        else:
            self._coded = [each for each in study.coded(workspace.viewer) if _is_meant(each)]
            self._offer()
            self.compute()

    def _offer(self) -> None:
        names = sorted({each.rater.name for each in self._coded})
        chosen = (self.first.currentText(), self.second.currentText())
        for box, number, name in ((self.first, 0, chosen[0]), (self.second, 1, chosen[1])):
            box.clear()
            box.addItems(names)
            box.setCurrentIndex(names.index(name) if name in names else min(number, len(names) - 1))

    def _say(self, told: str) -> None:
        self.about.setText(told)
        self.results.show([])
        self.moments.show([], {})
        self.count.clear()

    def compute(self) -> None:
        """Compute agreement for what is chosen, away from the window."""
        pair = [self.first.currentText(), self.second.currentText()]
        chosen = [each for each in self._coded if each.rater.name in pair]
        if not chosen:
            self._say("No coding yet.")
            return
        open_ = [each for each in chosen if each.coding.state != State.SUBMITTED]
        level: agreement.Level = self.level.currentData()
        unit: Literal["turn", "event"] = self.unit.currentData()
        tolerance = round(self.tolerance.value() * 1000)
        backchannels = self._workspace.settings.backchannels

        def work(_task: object) -> tuple[Agreement, tuple[Moment, ...]]:
            found = agreement.agreement(
                chosen,
                unit=unit,
                levels=(level,),
                tolerance_ms=tolerance,
                backchannels=backchannels,
            )
            moments = agreement.disagreements(chosen, level=level, tolerance_ms=tolerance)
            return found, moments

        coded = self._coded

        def show(answer: tuple[Agreement, tuple[Moment, ...]]) -> None:
            if self._coded is not coded:  # another is looking by now
                return
            self._show(answer[0], answer[1], len(open_))

        def failed(fault: BaseException) -> None:
            if isinstance(fault, CoderError):
                self._say(say(fault))
            else:
                self._workspace.failed.emit(fault)

        self._workspace.tasks.run(work, show, failed)

    def _show(self, found: Agreement, moments: Sequence[Moment], unsubmitted: int) -> None:
        unit = (
            "patient’s substantive turns" if found.unit == "turn" else "marks, matched one to one"
        )
        told = f"Unit: {unit} (n = {found.n_units})."
        left_out = found.settings.get("left_out")
        if isinstance(left_out, dict) and left_out:
            named = (f"{count} {name.replace('_', ' ')}" for name, count in left_out.items())
            told += f" Left out: {', '.join(named)}."
        if found.unit == "event":
            told += f" Two marks match within {self.tolerance.value():g} s."
        if unsubmitted:
            told += f" {unsubmitted} of these codings not yet submitted: not for publication."
        self.about.setText(told)
        self.results.show(found.results, found.raters)
        labels = {m.id: m.label for each in self._coded for m in each.scheme.markers}
        differ = [moment for moment in moments if moment.kind != "agree"]
        self.moments.show(differ, labels)
        agreed = len(moments) - len(differ)
        self.count.setText(f"{agreed} moments agree, {len(differ)} differ")
