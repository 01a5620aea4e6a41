"""The Agree desk: unit and counts before any number; every number opens into moments to hear."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from coder import reliability
from coder.agreement import Plan
from coder.coding import CodedSession
from coder.errors import CoderError, Stopped
from coder.reliability import Standing
from coder.ui.agree_charts import Charts
from coder.ui.agree_choices import Choices
from coder.ui.agree_head import Aspect, Head
from coder.ui.agree_lines import (
    Row,
    columns_of,
    explain,
    rare,
    rows_of,
    tip,
)
from coder.ui.agree_moments import Moments
from coder.ui.agree_table import CodeTable
from coder.ui.agree_words import Cell, about_cell, about_row, offer_coarser
from coder.ui.agree_work import Found, Request, coarser, compute, standing
from coder.ui.leaving import leave
from coder.ui.quiet import SpacePlays
from coder.ui.tasks import Task
from coder.ui.theme import Theme
from coder.ui.workspace import Workspace
from coder.words import say

_PAIR = 2


class AgreeDesk(QWidget):
    """Coders side by side: how well they agree on what, and where they differ."""

    heard = Signal(object)
    sought = Signal(object)
    report_wanted = Signal(object, object)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._found: Found | None = None
        self._of: object = None  # the study whose choices are shown
        self._who: object = (workspace.study, workspace.viewer, workspace.known)
        self.head = Head(self)
        self.explained = QLabel(self)
        self.choices = Choices(workspace.settings, self)
        self.aspect = Aspect(self.choices)
        self._statistic = ""
        self.table = CodeTable(theme, self)
        self.charts = Charts(workspace.tasks, theme, self)
        self.charts.view.leave = partial(leave, workspace)
        self.moments = Moments(theme, workspace.settings.lead_in_ms, self)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        across = QSplitter(Qt.Orientation.Horizontal, self)
        across.setHandleWidth(1)
        across.setChildrenCollapsible(False)
        across.addWidget(self._numbers())
        across.addWidget(_scrolling(self.moments))
        across.setSizes([900, 420])
        across.setStretchFactor(0, 68)
        across.setStretchFactor(1, 32)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(across)

    def _numbers(self) -> QWidget:
        self.explained.setObjectName("muted")
        self.explained.setTextFormat(Qt.TextFormat.PlainText)
        self.explained.setWordWrap(True)
        self.explained.setAlignment(Qt.AlignmentFlag.AlignTop)
        below = QSplitter(Qt.Orientation.Vertical, self)
        below.setHandleWidth(1)
        below.setChildrenCollapsible(False)
        below.addWidget(self._table_with_words())
        below.addWidget(self.charts)
        below.setSizes([420, 280])
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 12, 14, 8)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self.choices)
        column.addWidget(below, 1)
        self._fit()
        return _scrolling(inside)

    def _table_with_words(self) -> QWidget:
        whole = QWidget(self)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addWidget(self.table, 1)
        column.addWidget(self.explained)
        return whole

    def _connect(self) -> None:
        self.choices.changed.connect(self.compute)
        self.aspect.changed.connect(self._show_numbers)
        self.head.again.clicked.connect(lambda _checked=False: self._stop_or_go())
        self.head.report.clicked.connect(lambda _checked=False: self._report())
        self.head.settle.clicked.connect(lambda _checked=False: self._settle())
        self.table.chosen.connect(self._show_code)
        self.table.coarsened.connect(self._coarsen)
        self.table.installEventFilter(SpacePlays(self.moments.list.hear, self.table))
        self.table.clicked.connect(lambda _index: self._show_code())
        self.charts.coded.connect(lambda key: self.table.choose((*key, "")))
        self.charts.crossed.connect(self._show_cell)
        self.charts.paired.connect(self._choose_pair)
        self.charts.failed.connect(self._workspace.troubled)
        self._workspace.opened.connect(self._on_opened)
        self.moments.list.heard.connect(self.heard)
        self.moments.list.sought.connect(self.sought)

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.table.wear(theme)
        self.charts.wear(theme)
        self.moments.wear(theme)
        self._fit()

    def _fit(self) -> None:
        """Keep room for some rows and two lines of words at the size of the text."""
        line = self.fontMetrics().height()
        self.explained.setFixedHeight(3 * line + 4)
        self.table.setMinimumHeight(8 * line)
        self.charts.setMinimumHeight(9 * line)
        self.moments.setMinimumWidth(22 * self.fontMetrics().averageCharWidth())
        self.moments.list.setMinimumHeight(8 * line)

    # What is asked for

    def plan(self) -> Plan:
        """How agreement is computed now."""
        return self.choices.plan()

    def codings(self) -> tuple[CodedSession, ...]:
        """The codings that are compared."""
        return () if self._found is None else self._found.codings

    def found(self) -> Found | None:
        """The numbers on screen, None while there are none."""
        return self._found

    def _report(self) -> None:
        if self._found is not None:
            self.report_wanted.emit(self._found.compared, self.plan())

    def _on_opened(self) -> None:
        """Let go of the numbers when another looks, or the study is no more what it was.

        Another session of the same study is not: the list must not begin anew under the hand.
        """
        workspace = self._workspace
        who = (workspace.study, workspace.viewer, workspace.known)
        if who != self._who or workspace.session is None:
            self._who = who
            self.clear()
            if self.isVisible():
                self.show_study()

    def clear(self) -> None:
        """Show nothing, and hold nothing: another may be looking now."""
        self._drop()
        self.aspect.clear()
        self._of = None
        self.choices.offer((), (), ())
        self._say("")

    def show_study(self) -> None:
        """Gather what may be compared, and compare it."""
        workspace, study = self._workspace, self._workspace.study
        if study is None:
            self._say("Open a study first.")
        elif not workspace.known:
            self.clear()
            self._say("Say first who is looking (Study, Who is coding…).")
        elif workspace.viewer is not None and study.blind:
            self.clear()
            self._say(
                "You are blind: only your own codings are yours to see. Agreement is shown to the "
                "lead (Study, Who is coding…), or to all once the lead has ended blindness."
            )
        else:
            if self._of is not study:
                kept = reliability.fixed(study)
                self.choices.take(None if kept is None else kept.plan, workspace.settings)
                self._of = study
            self._offer()
            self.compute()

    def _offer(self) -> None:
        study, viewer = self._workspace.study, self._workspace.viewer
        if study is None:
            return
        made = study.codings(viewer)
        sessions, raters = ({c.session_id for c in made}, {c.rater_id for c in made})
        self.choices.offer(
            [each for each in study.sessions() if each.id in sessions],
            [each for each in study.raters() if each.id in raters],
            [study.scheme(*each) for each in sorted({(c.scheme, c.scheme_version) for c in made})],
        )

    def _say(self, told: str) -> None:
        """Show a sentence instead of numbers."""
        self._drop()
        self.head.say(told)

    def _drop(self) -> None:
        """Let go of every number, and of what is being computed."""
        self.head.end()
        self._found = None
        self.explained.clear()
        self.table.show_rows([], [])
        self.charts.clear()
        self.moments.clear()

    def compute(self) -> None:
        """Compute agreement for what is chosen, away from the window."""
        study = self._workspace.study
        if study is None or self._of is not study:
            return
        raters = self.choices.chosen_raters()
        if not self.choices.coders.count():
            self._say("No coding yet: two coders code the same session, and submit it.")
            return
        if len(raters) < _PAIR or not self.choices.chosen_sessions():
            who = " and ".join(each.name for each in raters) or "nobody"
            self._say(
                f"Agreement needs two coders who coded the same session; there is {who}. "
                "Check another under Coders, or have the session coded a second time."
            )
            return
        self.head.end()
        request = Request(
            study,
            self._workspace.viewer,
            self.choices.chosen_sessions(),
            raters,
            self.choices.scheme.currentData(),
            self.plan(),
        )
        self._run(request)

    def _run(self, request: Request) -> None:
        """Compute; an answer that something else was asked after is dropped."""
        asked: list[Task] = []

        def show(found: Found) -> None:
            if asked == [self.head.task]:
                self.head.end()
                self._show(found)

        def failed(fault: BaseException) -> None:
            if asked == [self.head.task]:
                self.head.end()
                self._refuse(fault)

        task = self._workspace.tasks.run(lambda task: compute(request, task), show, failed)
        asked.append(task)
        self.head.begin(task)

    def _stop_or_go(self) -> None:
        if self.head.task is None:
            self.show_study()
        else:
            self._say("Stopped. “Compute again” begins anew.")

    def _refuse(self, fault: BaseException) -> None:
        if isinstance(fault, CoderError):
            self._say(say(fault))
        elif not isinstance(fault, Stopped):
            self._workspace.troubled.emit(fault)

    # What is shown

    def _show(self, found: Found) -> None:
        self._found = found
        self.charts.hold(found, self.choices.level_chosen())
        self.head.show_found(found)
        self._tell_standing(found.standing)
        self.aspect.offer_pairs(found)
        self._show_numbers()

    def _choose_pair(self, places: tuple[int, int]) -> None:
        if self._found is not None:
            self.aspect.choose_pair(self._found, places)

    def _show_numbers(self) -> None:
        found, raters = self._found, self.aspect.raters()
        if found is None:
            return
        self._statistic = self.aspect.chosen(found)
        self.head.name(found, raters)
        rows = rows_of(found, raters, self.choices.level_chosen())
        columns = columns_of(found, raters, self._statistic)
        self.table.show_rows(rows, columns, lambda row, column: explain(row, column, found))
        self._show_code()

    def _show_code(self) -> None:
        """Show what is behind the chosen cell: its definition, its chart, its moments."""
        found, row = self._found, self.table.row()
        if found is None or row is None:
            return
        told = explain(row, self.table.explained(), found)
        told += offer_coarser(row, found)
        self.explained.setText(told)
        self.explained.setToolTip(tip(told))  # where three lines are too few
        raters = self.aspect.raters()
        self.charts.show_code(raters, self._statistic, row)
        self.moments.show_moments(about_row(found, row, raters))

    def _show_cell(self, cell: Cell) -> None:
        """Show the moments that a cell of the confusions counts, and no others."""
        if self._found is not None:
            self.moments.show_moments(about_cell(self._found, cell))

    def _coarsen(self, row: Row) -> None:
        """Look at a code that is too rare with the others of its row or family."""
        found = self._found
        if found is None or row.level is None or not rare(row):
            return
        wider = coarser(found, row.level, row.code)
        if wider is None:
            return
        level, code = wider
        if not self.table.choose((level, code, "")):
            self.choices.set_level(level)
            self.table.wanted = (level, code, "")
            self.compute()

    # What is fixed

    def _tell_standing(self, where: Standing) -> None:
        study, viewer = self._workspace.study, self._workspace.viewer
        may = study is not None and study.blind and viewer is None
        self.head.tell_standing(where, may_fix=may)

    def _settle(self) -> None:
        """Fix unit, levels and tolerance as they are chosen, before anybody is unblinded."""
        workspace, study, plan = self._workspace, self._workspace.study, self.plan()
        if study is None:
            return

        def then(_done: object) -> None:
            if self._of is study:
                self._tell_standing(standing(study, self.plan()))

        viewer = workspace.viewer
        workspace.tasks.write(
            lambda: reliability.fix(study, plan, viewer), then, workspace.troubled.emit
        )


def _scrolling(inside: QWidget) -> QScrollArea:
    """Room that scrolls where the window is small, or its text large."""
    room = QScrollArea()
    room.setFrameShape(QFrame.Shape.NoFrame)
    room.setWidgetResizable(True)
    room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    room.setWidget(inside)
    return room
