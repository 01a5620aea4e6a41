"""The Measures desk: what was answered about sessions, and what it comes to.

Who codes is shown a sentence instead of numbers: scores would tell them where to look.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from coder import leaving, measures
from coder.errors import CoderError
from coder.export import measures_tables
from coder.measures import listing, thresholds
from coder.measures.listing import Listing
from coder.pool import Outside, Pooled, outside, pool, pool_listing
from coder.study import Study
from coder.ui import dialogs
from coder.ui.analysis_page import AnalysisPage
from coder.ui.leaving import leave
from coder.ui.measures_congruence import CongruencePage
from coder.ui.measures_entering import Entering
from coder.ui.measures_people import PeoplePage
from coder.ui.measures_pool import PoolPage
from coder.ui.measures_scores import ScoresPage, gather
from coder.ui.measures_thresholds import ThresholdsDialog, ThresholdsLine
from coder.ui.measures_trajectory import TrajectoryPage
from coder.ui.tasks import Task
from coder.ui.theme import Theme
from coder.ui.workspace import Workspace
from coder.words import say

_OPEN_TO_ALL = (
    "Whoever can open this file can read these answers, and a shared file cannot keep the PSQ from "
    "the treating therapist: give them a copy without measures."
)
_OPEN_PAGES = {"People", "Task analysis"}  # shown to who codes too: no score stands there
_NUMBERS = {"Scores", "Pool", "Congruence"}
_TABLES = {*_NUMBERS, "Trajectory"}
_FILES = "Workbooks (*.xlsx);;Rows for R (*.csv);;JSON (*.json)"
_BLIND = (
    "You are blind: measures are hidden from you while you code. They are shown to the lead "
    "(Study, Who is coding…), or to all once the lead has ended blindness."
)


class MeasuresDesk(QWidget):
    """Scores, the pool, trajectories, congruence, people; and the task analysis."""

    copy_wanted = Signal()
    session_wanted = Signal(object)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._task: Task | None = None
        self.told, self.open = QLabel(self), QLabel(_OPEN_TO_ALL, self)
        self.copy = QPushButton("Copy without measures…", self)
        self.export = QPushButton("Export this table…", self)
        self.thresholds = ThresholdsLine(self)
        self.scores, self.pool = ScoresPage(self), PoolPage(self)
        self.trajectory, self.congruence = TrajectoryPage(theme, self), CongruencePage(self)
        self.people = PeoplePage(workspace, self)
        self.analysis = AnalysisPage(workspace, theme, self)
        self.entering = Entering(workspace, self)
        self.tabs = QTabWidget(self)
        self._pages = {
            "Scores": self.scores,
            "Pool": self.pool,
            "Trajectory": self.trajectory,
            "Congruence": self.congruence,
            "People": self.people,
            "Task analysis": self.analysis,
        }
        self._rooms = {name: _Guarded(page) for name, page in self._pages.items()}
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        for label in (self.told, self.open):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setObjectName("muted")
        head = QHBoxLayout()
        head.addWidget(self.open, 1)
        head.addWidget(self.export)
        head.addWidget(self.copy)
        for name, room in self._rooms.items():
            self.tabs.addTab(room, name)
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Measures")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 14, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.thresholds)
        layout.addWidget(self.tabs, 1)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(lambda _row: self.show_study())
        self.thresholds.wanted.connect(self._set_thresholds)
        self.pool.changed.connect(self.show_study)
        self.trajectory.changed.connect(self.show_study)
        self.trajectory.chart.leave = partial(leave, self._workspace)
        self.pool.sought.connect(self.session_wanted)
        self.trajectory.sought.connect(self._seek)
        self.copy.clicked.connect(lambda _checked=False: self.copy_wanted.emit())
        self.export.clicked.connect(lambda _checked=False: self._export())
        self.scores.enter_wanted.connect(self.entering.enter)
        self.scores.import_wanted.connect(self.entering.take_in)
        self.scores.define_wanted.connect(self.entering.define)
        self.scores.delete_wanted.connect(self.entering.delete)
        self.entering.done.connect(self.show_study)
        self._workspace.opened.connect(self._on_changed)
        self._workspace.changed.connect(lambda _change: self._on_changed())

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.trajectory.wear(theme)
        self.analysis.wear(theme)
        self.show_study()

    def go_to(self, name: str) -> None:
        """Bring a tab to the front."""
        self.tabs.setCurrentIndex(list(self._pages).index(name))

    # What is shown

    def _on_changed(self) -> None:
        if self.isVisible():
            self.show_study()

    def show_study(self) -> None:
        """Show the tab in front, as far as it may be seen."""
        if self._task is not None:
            self._task.stop()
            self._task = None
        name = self.tabs.tabText(self.tabs.currentIndex())
        analysing = name == "Task analysis"
        why_not = "" if analysing else self._why_not(name)
        study, lead = self._workspace.study, self._workspace.viewer is None
        self.thresholds.setVisible(not why_not and name in _NUMBERS)
        self.export.setVisible(not why_not and name in _TABLES)
        self.open.setVisible(not why_not and name in _TABLES)
        self.copy.setVisible(not why_not and name in _TABLES and lead)
        self._rooms[name].say(why_not)
        if study is not None and not why_not:
            self.thresholds.show_thresholds(thresholds.kept(study), may_set=lead)
        if analysing:
            self.analysis.show_study()
        elif study is not None and not why_not:
            self._show(study, name)

    def _why_not(self, name: str) -> str:
        workspace, study = self._workspace, self._workspace.study
        if study is None:
            return "Open a study first."
        if not workspace.known:
            return "Say first who is looking (Study, Who is coding…)."
        blind = workspace.viewer is not None and study.blind and name not in _OPEN_PAGES
        return _BLIND if blind else ""

    def _show(self, study: Study, name: str) -> None:
        shows = {
            "Scores": self._show_scores,
            "Pool": self._show_pool,
            "Trajectory": self._show_trajectory,
            "Congruence": self._show_congruence,
            "People": self.people.show_people,
        }
        shows[name](study)

    def _show_scores(self, study: Study) -> None:
        viewer, at = self._workspace.viewer, thresholds.kept(study)
        self.scores.show_scores(gather(study, viewer, at.of_srs, at.of_psq))
        for button in (self.scores.enter, self.scores.take_in, self.scores.define):
            button.setEnabled(viewer is None)
        if viewer is not None:
            self.scores.delete.setEnabled(False)

    def _selection(self, study: Study) -> measures.Selection:
        """The rule of the pool, with the thresholds and the trajectory as they are set."""
        rule, repair, mode = self.trajectory.bar.rule()
        instrument, what = self.trajectory.bar.followed()
        at, chosen = thresholds.kept(study), self.pool.rule.currentData()
        return measures.Selection(
            chosen, at.of_psq, at.of_srs, rule, repair, mode, instrument, what
        )

    def _show_pool(self, study: Study) -> None:
        viewer = self._workspace.viewer
        self.trajectory.bar.offer(study)
        try:
            asked = self._selection(study)
        except CoderError as told:
            self._rooms["Pool"].say(say(told))
            return

        def work(_task: Task) -> tuple[list[Pooled], Outside]:
            found = pool(study, viewer, measures.reasons(study, asked, viewer))
            return found, outside(study)

        def then(done: tuple[list[Pooled], Outside]) -> None:
            if self._task is task:
                self._task = None
                self.pool.show_pool(done[0], _settings(asked), done[1])

        task = self._workspace.tasks.run(work, then, self._workspace.troubled.emit)
        self._task = task

    def _show_trajectory(self, study: Study) -> None:
        page, viewer = self.trajectory, self._workspace.viewer
        page.bar.offer(study)
        instrument, what = page.bar.followed()
        try:
            rule, repair, mode = page.bar.rule()
        except CoderError as told:
            page.say(say(told))
            return
        followed = measures.series_of(study, instrument, what, viewer)
        found = measures.trajectories(followed, rule, repair, mode)
        names = {
            person.name: {index: session.number for index, session in person.sessions}
            for person in measures.placed(study)
        }
        notices = [say(each) for each in followed.notices]
        page.show_found(found, page.bar.scores.currentText(), names, notices)

    def _show_congruence(self, study: Study) -> None:
        viewer = self._workspace.viewer
        self.congruence.show_found(measures.congruence(study, viewer))

    # Acts

    def _set_thresholds(self) -> None:
        study, workspace = self._workspace.study, self._workspace
        if study is None:
            return
        dialog = ThresholdsDialog(thresholds.kept(study), self)
        if dialogs.run(dialog):
            chosen, by = dialog.chosen, workspace.viewer
            workspace.tasks.write(
                lambda: thresholds.keep(study, chosen, by),
                lambda _done: self.show_study(),
                workspace.troubled.emit,
            )

    def _export(self) -> None:
        """Write the table in front with its settings, and note it."""
        study, workspace = self._workspace.study, self._workspace
        name = self.tabs.tabText(self.tabs.currentIndex())
        given = f"{name.casefold()}.xlsx"
        path = dialogs.ask_save(self, f"Export {name.casefold()}", _FILES, given)
        if study is None or path is None:
            return
        viewer = workspace.viewer
        try:
            make = self._table(study, name)
        except CoderError as fault:
            workspace.troubled.emit(fault)
            return

        def work(_task: Task) -> list[Path]:
            made = make()
            what = f"export {made.name} of measures as {path.name}"
            return leaving.leave(study, viewer, what, lambda: measures_tables.write(made, path))

        def then(written: list[Path]) -> None:
            workspace.said.emit(f"Wrote {written[0]}")

        workspace.tasks.run(work, then, workspace.troubled.emit)

    def _table(self, study: Study, name: str) -> Callable[[], Listing]:
        """How the table of a page is made. Raises CoderError for a rule that cannot be read."""
        viewer, at = self._workspace.viewer, thresholds.kept(study)
        self.trajectory.bar.offer(study)
        if name == "Scores":
            return lambda: listing.scores(study, viewer, at)
        if name == "Congruence":
            return lambda: listing.congruence(measures.congruence(study, viewer), at)
        asked = self._selection(study)
        if name == "Trajectory":
            preset = str(self.trajectory.bar.preset.currentData())
            return lambda: listing.trajectory_of(study, viewer, preset, asked)
        return lambda: pool_listing(study, viewer, asked)

    def _seek(self, session_id: object) -> None:
        study = self._workspace.study
        if study is not None:
            for session in study.sessions():
                if session.id == session_id:
                    self.session_wanted.emit(session)


class _Guarded(QStackedWidget):
    """A page in room that scrolls, or a sentence in its place."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        room = QScrollArea(self)
        room.setFrameShape(QScrollArea.Shape.NoFrame)
        room.setWidgetResizable(True)
        room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        room.setWidget(page)
        self.told = QLabel(self)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.setMargin(16)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.addWidget(room)
        self.addWidget(self.told)

    def say(self, told: str) -> None:
        """Show a sentence, or with an empty one the page."""
        self.told.setText(told)
        self.setCurrentIndex(1 if told else 0)


def _settings(of: measures.Selection) -> str:
    """What a rule computes with, in words."""
    if of.rule == "srs":
        sign = "at or below" if of.of_srs.inclusive else "below"
        return f"A concern: total {sign} {of.of_srs.total:g}, or a line {sign} {of.of_srs.item:g}."
    if of.rule == "trajectory":
        return "The rule, its scores and its parameters are those set under Trajectory."
    return f"Selected: tension (B1a) or holding back (B2a) is {of.of_psq.selects:g} or more."
