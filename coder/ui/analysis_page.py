"""The task analysis: components by episode, repaired against unrepaired, order and latency."""

import dataclasses
import threading
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from coder.coding import Change, CodedSession, Coding, Found, coding_of
from coder.errors import CoderError
from coder.export import analysis as written
from coder.leaving import leave
from coder.task_analysis import WINDOW_S, Analysis, Basis, Column, analyse, settling
from coder.ui import analysis_words, dialogs, leaving
from coder.ui.analysis_table import AnalysisTable
from coder.ui.analysis_work import Asked, Gathered, drawn, following, gather
from coder.ui.flow import Flow
from coder.ui.quiet import QuietComboBox
from coder.ui.tasks import Task
from coder.ui.theme import Theme
from coder.ui.workspace import Workspace
from coder.words import say

_KINDS = "Word (*.docx);;Excel (*.xlsx);;Table (*.csv);;JSON (*.json)"
_OF_SESSION = "That was entered for the session as a whole: look at Sessions to take it back."
_LETTERS = {"Model": 26, "Coder": 10, "Columns": 10}
_NOTHING = (
    "No session is coded under a scheme of repair yet: mark its components on the Code desk, or "
    "take in a table of them (analysis import)."
)


class AnalysisPage(QWidget):
    """Components of a model of repair; a rater enters their own, and sees what they come to."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._task: Task | None = None
        self._who: object = None
        self._found: Gathered | None = None
        self._since: list[Change] = []  # acts while it is being read
        self.analysis: Analysis | None = None
        self.title, self.about = QLabel("Task analysis", self), QLabel(self)
        self.scheme, self.rater, self.by = (QuietComboBox(self) for _ in range(3))
        self.parts = QCheckBox("Sub-categories", self)
        self.window_s = QDoubleSpinBox(self)
        self.copy, self.export = QPushButton("Copy", self), QPushButton("Export…", self)
        self.grid = AnalysisTable("Components by episode", theme, self)
        self.below = QTabWidget(self)
        self.tables = {
            name: AnalysisTable(name, theme, self)
            for name in ("Side by side", "From rupture to repair", "Order", "Between components")
        }
        self._set_up()
        self._lay_out()
        self._connect()

    def _set_up(self) -> None:
        for label, name in ((self.title, "title"), (self.about, "muted")):
            label.setObjectName(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for box, name in ((self.scheme, "Model"), (self.rater, "Coder"), (self.by, "Columns")):
            box.setAccessibleName(name)
            # A long name is cut: at large text a line of fields must fit the window.
            policy = QuietComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            box.setSizeAdjustPolicy(policy)
            box.setMinimumContentsLength(_LETTERS[name])
        for unit, name in analysis_words.UNITS.items():
            self.by.addItem(name, unit)
        self.window_s.setRange(1, 36_000)
        self.window_s.setDecimals(0)
        self.window_s.setSuffix(" s")
        self.window_s.setValue(WINDOW_S)
        self.window_s.setKeyboardTracking(False)
        self.window_s.setAccessibleName("Followed by repair within, in seconds")
        self.copy.setToolTip("Copy both tables in view, to paste into a spreadsheet")
        for name, table in self.tables.items():
            self.below.addTab(table, name)
        self.below.setDocumentMode(True)

    def _lay_out(self) -> None:
        asked = QWidget(self)
        fields = Flow(asked)
        for told, field in (
            ("Model", self.scheme),
            ("Coder", self.rater),
            ("Columns", self.by),
            ("", self.parts),
            ("Repair within", self.window_s),
        ):
            fields.addWidget(_labelled(told, field))
        fields.addWidget(self.copy)
        fields.addWidget(self.export)
        halves = QSplitter(Qt.Orientation.Vertical, self)
        halves.setHandleWidth(1)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.grid)
        halves.addWidget(self.below)
        halves.setSizes([420, 280])
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 12, 14, 8)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(asked)
        column.addWidget(self.about)
        column.addWidget(halves, 1)
        room = QScrollArea(self)
        room.setFrameShape(QFrame.Shape.NoFrame)
        room.setWidgetResizable(True)
        room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        room.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(room)
        self._fit()

    def _connect(self) -> None:
        self.scheme.activated.connect(lambda _row: self.show_study())
        self.rater.activated.connect(lambda _row: self.show_study())
        self.by.activated.connect(lambda _row: self._analyse())
        self.parts.toggled.connect(lambda _on: self._analyse())
        self.window_s.valueChanged.connect(lambda _s: self._analyse())
        self.copy.clicked.connect(lambda _checked=False: self._copy())
        self.export.clicked.connect(lambda _checked=False: self._export())
        self.grid.typed.connect(self._typed)
        self._workspace.opened.connect(self._on_opened)
        self._workspace.changed.connect(self._on_changed)

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        for table in (self.grid, *self.tables.values()):
            table.wear(theme)
        self._fit()

    def _fit(self) -> None:
        """Keep room for some rows at the size of the text."""
        line = self.fontMetrics().height()
        self.grid.setMinimumHeight(8 * line)
        self.below.setMinimumHeight(9 * line)

    # What is shown

    def show_study(self) -> None:
        """Read what is chosen, away from the window, and lay it out."""
        workspace, study = self._workspace, self._workspace.study
        self._stop()
        if study is None or not workspace.known:
            self._say("Open a study first." if study is None else "Say first who is looking.")
            return
        scheme, rater = self.scheme.currentData(), self.rater.currentData()
        asked = Asked(study, workspace.viewer, scheme, rater)
        running: list[Task] = []
        self._since.clear()
        written = threading.Event()  # what is yet to be written is to be read too
        workspace.tasks.write(written.set, lambda _done: None, workspace.failed.emit)

        def read(_task: Task) -> Gathered:
            written.wait()
            return gather(asked)

        def show(found: Gathered) -> None:
            if running == [self._task]:
                self._task = None
                for change in self._since:
                    found = dataclasses.replace(found, coded=drawn(found.coded, change))
                self._show(found)

        def failed(fault: BaseException) -> None:
            if running == [self._task]:
                self._task = None
                self._refuse(fault)

        self._task = workspace.tasks.run(read, show, failed)
        running.append(self._task)

    def showEvent(self, event: QShowEvent) -> None:
        """Look again at what may have changed meanwhile."""
        super().showEvent(event)
        self.show_study()

    def _on_opened(self) -> None:
        """Look again; where another looks, or at another study, nothing of before may stay."""
        workspace = self._workspace
        who = (workspace.study, workspace.viewer, workspace.known)
        if who != self._who:
            self._who = who
            self._stop()
            self._say("")
            self.scheme.clear()
            self.rater.clear()
        if self.isVisible():
            self.show_study()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.stop()
            self._task = None

    def _say(self, told: str) -> None:
        """Show a sentence instead of tables."""
        self._found = self.analysis = None
        self.about.setText(told)
        for table in (self.grid, *self.tables.values()):
            table.show_sheet(analysis_words.Sheet())
        self.export.setEnabled(False)

    def _refuse(self, fault: BaseException) -> None:
        if isinstance(fault, CoderError):
            self._say(say(fault))
        else:
            self._workspace.troubled.emit(fault)

    def _show(self, found: Gathered) -> None:
        self._found = found
        _offer(self.scheme, [(s.id, s.title) for s in found.schemes], found.scheme)
        _offer(self.rater, [(r.id, r.name) for r in found.raters], found.rater)
        self._analyse()

    def _analyse(self) -> None:
        """Lay out the codings at hand as is chosen."""
        found = self._found
        if found is None:
            return
        if found.scheme is None or not found.coded:
            left = ", ".join(found.left_out)
            self._say(f"Left out, as consent has ended: {left}." if left else _NOTHING)
            self._found = found
            return
        by = self.by.currentData()
        if by == "episode" and not any(each.episodes for each in found.coded):
            by = "session"  # where nobody opened an episode
            self.by.setCurrentIndex(self.by.findData(by))
        self.analysis = analyse(
            found.coded,
            found.scheme,
            by=by,
            parts=self.parts.isChecked(),
            window_s=self.window_s.value(),
        )
        self._draw(self.analysis)

    def _draw(self, analysis: Analysis) -> None:
        editable = self._may_enter()
        why = "The coder alone enters what they find." if not self._own() else ""
        self.grid.takes_typing = editable
        left = () if self._found is None else self._found.left_out
        self.about.setText(analysis_words.about(analysis, left, editable=editable, why=why))
        self.grid.show_sheet(analysis_words.components(analysis))
        sheets = (
            analysis_words.side_by_side,
            analysis_words.to_repair,
            analysis_words.order,
            analysis_words.between,
        )
        for table, sheet in zip(self.tables.values(), sheets, strict=True):
            table.show_sheet(sheet(analysis))
        self.export.setEnabled(True)

    # What is entered

    def _own(self) -> bool:
        found = self._found
        return (
            found is not None
            and found.rater is not None
            and (found.rater.id == self._workspace.viewer)
        )

    def _may_enter(self) -> bool:
        return self._own() and self.by.currentData() != "participant"

    def _typed(self, row: int, at: int, what: object) -> None:
        """Enter what was typed into a cell, as one act."""
        analysis, found, study = self.analysis, self._found, self._workspace.study
        if analysis is None or found is None or study is None or found.rater is None:
            return
        column = analysis.columns[at]
        if column.session is None:
            return
        wanted = following(column.cells[row]) if what == "next" else what
        # A coding that an act before begins must be there before another can be planned.
        self._workspace.tasks.settle()
        try:
            act = settling(
                study,
                column.session,
                found.rater,
                analysis.scheme,
                component=analysis.rows[row].id,
                found=wanted if isinstance(wanted, Found) else None,
                number=column.number,
            )
        except CoderError as fault:
            dialogs.show_error(self, fault)
            return
        if act.change is not None:
            self._begin(act.begin, column)
            self._workspace.apply(act.change)
        elif wanted is None and column.cells[row].basis is Basis.ENTERED:
            self._workspace.said.emit(_OF_SESSION)

    def _begin(self, begin: Change | None, column: Column) -> None:
        """Have the coding that an act is a part of be in the study, and on screen."""
        study, found = self._workspace.study, self._found
        if begin is None or study is None or found is None or column.pair is None:
            return
        self._workspace.tasks.write(
            lambda: study.apply(begin, "final"), lambda _done: None, self._workspace.failed.emit
        )
        beside = column.pair.repair or column.pair.ruptures
        coding = next(each for each in begin.added if isinstance(each, Coding))
        if beside is not None and found.scheme is not None:
            turns, span = beside.turns, beside.span_ms
            made = CodedSession(
                beside.session, beside.rater, coding, found.scheme, turns, (), (), span_ms=span
            )
            self._found = dataclasses.replace(found, coded=(*found.coded, made))

    def _on_changed(self, change: Change) -> None:
        """Draw an act at once, also one that is taken back."""
        found = self._found
        if self._task is not None:
            self._since.append(change)
        # Marks are made elsewhere meanwhile, and are not to wait for this.
        if found is None or not self.isVisible():
            return
        codings = {each.coding.id for each in found.coded}
        items = (*change.added, *change.removed)
        if not any(coding_of(i) in codings or isinstance(i, Coding) for i in items):
            return
        self._found = dataclasses.replace(found, coded=drawn(found.coded, change))
        self._analyse()

    # What goes out

    def _copy(self) -> None:
        """Copy the components, and the table that is in view below them."""
        below = self.below.currentWidget()
        tables = [self.grid, *(each for each in self.tables.values() if each is below)]
        told = [
            f"{each.accessibleName()}\n{analysis_words.as_text(each.sheets.sheet)}"
            for each in tables
        ]
        if not leaving.noted(self._workspace, f"copy {written.FORM}"):
            return
        QApplication.clipboard().setText("\n\n".join(told))
        self._workspace.said.emit(f"Copied: {' and '.join(e.accessibleName() for e in tables)}")

    def _export(self) -> None:
        """Write the analysis into a file; that it left the study is logged."""
        analysis, study = self.analysis, self._workspace.study
        if analysis is None or study is None:
            return
        path = dialogs.ask_save(self, "Export the task analysis", _KINDS, written.FORM)
        if path is None:
            return
        viewer, workspace = self._workspace.viewer, self._workspace

        def work(_task: Any) -> None:
            what = f"export {written.FORM}"
            leave(study, viewer, what, lambda: written.write(analysis, path))

        workspace.tasks.run(
            work, lambda _done: workspace.said.emit(f"Wrote {path.name}"), workspace.troubled.emit
        )


def _labelled(told: str, field: QWidget) -> QWidget:
    """A field beside its name."""
    if not told:
        return field
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    label = QLabel(told, whole)
    label.setBuddy(field)
    row.addWidget(label)
    row.addWidget(field)
    return whole


def _offer(box: QuietComboBox, things: list[tuple[str, str]], chosen: Any) -> None:
    """Offer things by id and name, one of them chosen."""
    box.clear()
    for key, name in things:
        box.addItem(name, key)
    if chosen is not None:
        box.setCurrentIndex(box.findData(chosen.id))
