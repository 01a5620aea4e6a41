"""Import many sessions at once: a folder, or one file with several; each row can be put right."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from coder import batch
from coder.errors import CoderError, Notice
from coder.session import format_clock, parse_clock
from coder.study import Study, Viewer
from coder.ui import dialogs
from coder.ui.import_preview import counted, tip
from coder.ui.tasks import Task, Tasks
from coder.ui.transcript import Index
from coder.words import say

_HEAD = ("Take", "File", "Participant", "Session", "Recording", "Begins at", "Turns", "State")
_WIDE = (7, 30, 14, 11, 20, 11, 8)  # columns, in characters
_TAKE, _FILE, _WHO, _NUMBER, _SOUND, _CLOCK, _TURNS, _STATE = range(len(_HEAD))


class Plan(QAbstractTableModel):
    """The rows of a plan, as far as one may change them, and what became of each.

    ``refused`` says why a cell was not taken as it was written.
    """

    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[batch.Row] = []
        self._taken: list[bool] = []
        self._told: list[str] = []

    def show(self, rows: Sequence[batch.Row]) -> None:
        """List the rows; those with a problem are left out until someone takes them."""
        self.beginResetModel()
        self._rows = list(rows)
        self._taken = [not row.problem for row in rows]
        self._told = [row.problem for row in rows]
        self.endResetModel()

    def taken(self) -> list[batch.Row]:
        """The rows to import."""
        return [row for row, take in zip(self._rows, self._taken, strict=True) if take]

    def tell(self, row: batch.Row, told: str, *, done: bool) -> None:
        """Say what became of a row; one that is in the study is not taken again."""
        at = self._rows.index(row)
        self._told[at] = told
        self._taken[at] = self._taken[at] and not done
        self.dataChanged.emit(self.index(at, 0), self.index(at, _STATE))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a session."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As the head."""
        return 0 if parent.isValid() else len(_HEAD)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The head."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEAD[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell's text, or its tick."""
        if not index.isValid():
            return None
        at, column = index.row(), index.column()
        if column == _TAKE:
            state = Qt.CheckState.Checked if self._taken[at] else Qt.CheckState.Unchecked
            return state if role == Qt.ItemDataRole.CheckStateRole else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self._text(at, column))
        shown = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}
        return self._text(at, column) if shown else None

    def _text(self, at: int, column: int) -> str:
        row = self._rows[at]
        return (
            "",
            row.file.name + (f" · {row.part}" if row.part else ""),
            row.participant,
            row.session,
            "" if row.recording is None else row.recording.name,
            format_clock(row.clock_start_ms),
            "" if row.turns is None else str(row.turns),
            self._told[at],
        )[column]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Where it belongs and when it begins can be written; a row can be left out."""
        extra = Qt.ItemFlag(0)
        if index.column() in {_WHO, _NUMBER, _CLOCK}:
            extra = Qt.ItemFlag.ItemIsEditable
        elif index.column() == _TAKE:
            extra = Qt.ItemFlag.ItemIsUserCheckable
        return super().flags(index) | extra

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a tick, a name, a number or a time."""
        at, column = index.row(), index.column()
        if column == _TAKE and role == Qt.ItemDataRole.CheckStateRole:
            self._taken[at] = Qt.CheckState(value) == Qt.CheckState.Checked
        elif role == Qt.ItemDataRole.EditRole and column in {_WHO, _NUMBER, _CLOCK}:
            try:
                row = _written(self._rows[at], column, str(value).strip())
            except CoderError as told:
                self.refused.emit(say(told))
                return False
            self._put(at, row, filling=column == _WHO and not self._rows[at].participant)
        else:
            return False
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, _STATE))
        return True

    def _put(self, at: int, row: batch.Row, *, filling: bool) -> None:
        """Take a changed row; its participant is that of other sessions in the file, if unsaid."""
        changed = [at] if row.address != self._rows[at].address else []
        self._rows[at] = row
        for n, each in enumerate(self._rows):
            if filling and each.file == row.file and not each.participant:
                self._rows[n] = dataclasses.replace(each, participant=row.participant)
                changed.append(n)
        for n in changed:
            self._place(n)

    def _place(self, at: int) -> None:
        """Look again whether a session that could be read has a place of its own."""
        row = self._rows[at]
        if row.turns is None:
            return
        problem = ""
        if not row.participant or not row.session:
            problem = say(Notice("batch_whose"))
        elif any(
            take and n != at and each.address.casefold() == row.address.casefold()
            for n, (each, take) in enumerate(zip(self._rows, self._taken, strict=True))
        ):
            problem = say(Notice("batch_twice", {"session": row.address}))
        self._rows[at] = dataclasses.replace(row, problem=problem)
        self._told[at], self._taken[at] = problem, not problem


def _why(result: batch.Result) -> str:
    return "" if result.problem is None else batch.reason(result.problem, result.row.file)


def _written(row: batch.Row, column: int, text: str) -> batch.Row:
    if column == _WHO:
        return dataclasses.replace(row, participant=text)
    if column == _NUMBER:
        return dataclasses.replace(row, session=text)
    return dataclasses.replace(row, clock_start_ms=parse_clock(text))


class BatchDialog(QDialog):
    """Look at a folder, show the plan, import it, report; it can be stopped at any moment."""

    def __init__(
        self, tasks: Tasks, study: Study, by: Viewer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._study = study
        self._by = by
        self._work: Task | None = None
        self.imported = 0
        self.setWindowTitle("Import a folder")
        self.resize(1040, 600)
        self.said = QLabel(self)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.plan = Plan(self)
        self.table = QTableView(self)
        self.table.setModel(self.plan)
        self.table.setAccessibleName("The sessions to import")
        self.table.verticalHeader().hide()
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        head = self.table.horizontalHeader()
        head.setStretchLastSection(True)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._size()
        self.plan.refused.connect(self.said.setText)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName("How far it is")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.go = QPushButton("Import", self)
        self.go.setObjectName("primary")
        self.buttons.addButton(self.go, role)
        self.halt = self.buttons.addButton("Stop", role)
        self.go.clicked.connect(self.start)
        self.halt.clicked.connect(self.stop)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(lambda _how: self.stop())
        layout = QVBoxLayout(self)
        layout.addWidget(self.said)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.bar)
        layout.addWidget(self.buttons)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter ends a cell, and imports nothing
        self._idle()

    def changeEvent(self, event: QEvent) -> None:
        """Make the columns wider with the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._size()

    def _size(self) -> None:
        """Columns as wide as their text, in what room there is."""
        for column, wide in enumerate(_WIDE):
            self.table.setColumnWidth(column, wide * self.fontMetrics().averageCharWidth())

    def _idle(self) -> None:
        self._work = None
        self.bar.hide()
        self.halt.setEnabled(False)
        self.go.setEnabled(self.plan.rowCount() > 0)

    def _busy(self, work: Task) -> None:
        self._work = work
        work.progressed.connect(lambda share: self.bar.setValue(round(share * 100)))
        self.bar.setValue(0)
        self.bar.show()
        self.halt.setEnabled(True)
        self.go.setEnabled(False)

    def stop(self) -> None:
        """Stop what is being done; what is in the study stays in it."""
        if self._work is not None:
            self._work.stop()

    def look(self, place: Path) -> None:
        """Make a plan of a folder or a file."""
        self.said.setText(f"Looking at {place.name}…")

        def work(task: Task) -> tuple[batch.Row, ...]:
            def progress(done: int, total: int, _path: Path) -> None:
                task.progress(done / total)

            return batch.plan(place, nameless=True, progress=progress, stopped=task.stopped)

        def then(rows: tuple[batch.Row, ...]) -> None:
            self.plan.show(rows)
            self._idle()
            bad = sum(bool(row.problem) for row in rows)
            told = f"; {bad} with a problem" if bad else ""
            self.said.setText(
                f"{counted(len(rows) - bad, 'session')} to import{told}. Put right whose "
                "each is; the ticked ones are imported, each as an act of its own."
            )

        self._busy(self._tasks.run(work, then, self._failed))

    def start(self) -> None:
        """Import the ticked rows, one by one."""
        rows, study, by = tuple(self.plan.taken()), self._study, self._by
        if not rows:
            self.said.setText("Nothing is ticked.")
            return

        def work(task: Task) -> batch.Report:
            def progress(done: int, total: int, _path: Path) -> None:
                task.progress(done / total)

            return batch.run(study, rows, by=by, progress=progress, stopped=task.stopped)

        self._busy(self._tasks.run(work, self._report, self._failed))

    def _report(self, report: batch.Report) -> None:
        self.imported += report.imported
        for each in report.results:
            good = each.problem is None
            told = f"imported as {each.session}" if good else _why(each)
            self.plan.tell(each.row, told, done=good)
        for row in report.not_reached:
            self.plan.tell(row, "not reached", done=False)
        self._idle()
        left = f", {len(report.not_reached)} not reached" if report.not_reached else ""
        self.said.setText(f"{report.imported} imported, {report.refused} refused{left}.")

    def _failed(self, fault: BaseException) -> None:
        self._idle()
        self.said.setText("Nothing more was imported.")
        dialogs.show_error(self, fault)
