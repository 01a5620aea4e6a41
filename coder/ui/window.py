"""The main window: a rail of desks, who is coding, and what is saved.

It is shown before it is furnished: what costs start-up time (the store, NumPy, the media library)
is imported in a thread while the welcome page is already on screen. So nothing here imports it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from coder.settings import Settings
from coder.ui import actions, dialogs, theme
from coder.ui.desks import Desks
from coder.ui.preferences import Preferences
from coder.ui.rail import Rail
from coder.ui.tasks import Tasks
from coder.ui.welcome import Welcome

if TYPE_CHECKING:
    from coder.session import Session
    from coder.study import Study
    from coder.ui.agree_desk import AgreeDesk
    from coder.ui.code_desk import CodeDesk
    from coder.ui.forms import Forms
    from coder.ui.importing import Importing
    from coder.ui.sessions import Sessions
    from coder.ui.studies import Studies
    from coder.ui.workspace import Workspace

_PLACE_MS = 15_000
_SAID_MS = 8_000


class Window(QMainWindow):
    """One window on one study."""

    painted = Signal()

    workspace: "Workspace"
    studies: "Studies"
    sessions: "Sessions"
    importing: "Importing"
    forms: "Forms"
    coding: "CodeDesk"
    desks: Desks

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle("Rupture Coder")
        self.resize(1400, 940)
        self.setAcceptDrops(True)
        self.preferences = Preferences(settings, self)
        self.tasks = Tasks(self)
        self.theme = theme.pick(settings.theme)
        self.furnished = self._painted = False
        self._asked: list[str] = []
        self.welcome = Welcome(settings.recent, self)
        self.stack = QStackedWidget(self)
        self.name, self.pill, self.who = QLabel(self), QLabel(self), QLabel(self)
        self.saved, self.safety, self.told = QLabel(self), QLabel(self), QLabel(self)
        self.hint = QLabel(self)
        self._hush = QTimer(self)
        self._hush.setSingleShot(True)
        self._hush.setInterval(_SAID_MS)
        self._hush.timeout.connect(self.told.clear)
        self.rail = Rail(self.act, self)
        self.actions_of = actions.build(self, self.menuBar(), self.act, dict(settings.keys))
        self.preferences.keys_of = self.actions_of
        self._lay_out()
        self._tell_state()

    def furnish(self) -> None:
        """Build the desks, and do what was asked for meanwhile."""
        from coder.ui.code_desk import CodeDesk
        from coder.ui.forms import Forms
        from coder.ui.importing import Importing
        from coder.ui.sessions import Sessions
        from coder.ui.studies import Studies
        from coder.ui.workspace import Workspace

        self.workspace = Workspace(self.tasks, self.preferences.now, self)
        self.studies = Studies(self.workspace, self)
        self.sessions = Sessions(self.workspace, self)
        self.importing = Importing(self.workspace, self)
        self.forms = Forms(self.workspace, self)
        self.coding = CodeDesk(self.workspace, self.theme, self)
        self.desks = Desks(self)
        self.stack.addWidget(self.coding)
        self.furnished = True
        self._connect()
        self._show_state()
        asked, self._asked = self._asked, []
        for slot in asked:
            self.act(slot)

    @property
    def agreeing(self) -> "AgreeDesk":
        """The Agree desk, made when it is first gone to."""
        return self.desks.agreeing

    def _lay_out(self) -> None:
        bar = QFrame(self)
        bar.setObjectName("bar")
        top = QHBoxLayout(bar)
        top.setContentsMargins(14, 7, 14, 7)
        for label, name in ((self.name, "title"), (self.pill, "pill"), (self.who, "who")):
            label.setObjectName(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
        top.addWidget(self.name)
        top.addWidget(self.pill)
        top.addStretch(1)
        top.addWidget(self.who)
        self.stack.addWidget(self.welcome)
        self.welcome.asked.connect(self.act)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.rail)
        body.addWidget(self.stack, 1)
        whole = QWidget(self)
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addLayout(body, 1)
        self.setCentralWidget(whole)
        for label in (self.saved, self.safety, self.told, self.hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setObjectName("state")
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self.saved)
        self.statusBar().addWidget(self.safety)
        self.statusBar().addWidget(self.told)
        self.statusBar().addPermanentWidget(self.hint)

    def _connect(self) -> None:
        workspace = self.workspace
        self.tasks.failed.connect(lambda fault: dialogs.show_error(self, fault))
        self.preferences.changed.connect(self._on_settings)
        workspace.failed.connect(self._on_refused)
        workspace.troubled.connect(lambda fault: dialogs.show_error(self, fault))
        workspace.stuck.connect(self.studies.offer_to_leave)
        workspace.said.connect(self.say)
        self.coding.transport.said.connect(self.say)
        workspace.saved.connect(self._on_saved)
        workspace.opened.connect(self._show_state)
        workspace.acts_changed.connect(self._name_acts)
        self.studies.opened.connect(self.show_study)
        self.studies.coder_chosen.connect(self.open_last)
        workspace.busy.connect(self.told.setText)
        self.sessions.gone_to.connect(self._on_found)
        self.coding.picked.connect(self._on_picked)
        self.welcome.opened.connect(lambda name: self.studies.open(Path(name)))
        self._place = QTimer(self)
        self._place.setInterval(_PLACE_MS)
        self._place.timeout.connect(self.coding.keep_place)
        self._place.start()

    # Acts

    def act(self, slot: str) -> None:
        """Carry out an action of the table, wherever it lives."""
        if not self.furnished:
            self._asked.append(slot)
            return
        why_not = self._why_not(slot)
        if why_not:
            self.say(why_not)
            return
        for owner in (
            self,
            self.preferences,
            self.studies,
            self.sessions,
            self.importing,
            self.forms,
            self.coding,
            *self.coding.acting,
            self.desks,
            self.workspace,
        ):
            if hasattr(owner, slot):
                getattr(owner, slot)()
                return
        raise AttributeError(slot)

    def _why_not(self, slot: str) -> str:
        """Say why an action cannot be done now; nothing when it can."""
        workspace = self.workspace
        if workspace.study is None:
            return "" if slot in actions.ALWAYS else "Open a study first."
        if not workspace.known and slot not in actions.ALWAYS | {"choose_coder"}:
            return "Say first who is coding, or looking (Ctrl+Shift+P)."
        if not actions.CODES.get(slot, False):
            return ""
        if self.stack.currentWidget() is not self.coding:
            return "Go to the Code desk first (Alt+1)."
        if workspace.rater is None:
            return "Say who is coding first (Study, Who is coding…): the lead codes none."
        if workspace.session is None:
            return "Open a session first."
        if not workspace.editable:
            return "This coding is submitted and locked."
        return ""

    def say(self, told: str) -> None:
        """Say something in passing, at the foot of the window."""
        self.told.setText(told)
        self._hush.start()

    def show_study(self, study: "Study") -> None:
        """Look at a study that was just opened, and ask who is coding."""
        if self.workspace.study is not None:
            self.workspace.leave()
            self.coding.keep_place()
            self.tasks.close()
            self.workspace.study.close()
        self.workspace.open_study(study, known=False)
        self.preferences.remember(study.path)
        self.code_desk()
        self.studies.choose_coder()

    def open_last(self) -> None:
        """Open the session one left off in, or the first."""
        study, workspace = self.workspace.study, self.workspace
        if study is None or workspace.session is not None:
            return
        sessions = study.sessions()
        last = study.last_session(workspace.viewer)
        found = next((each for each in sessions if each.id == last), next(iter(sessions), None))
        if found is not None:
            workspace.open_session(found)
        else:
            self.say("The study has no session yet: Study, Import session… (Ctrl+I).")

    def code_desk(self) -> None:
        """Go to the Code desk."""
        self.go("code_desk", self.coding if self.workspace.study is not None else self.welcome)

    def go(self, slot: str, page: QWidget) -> None:
        """Bring a desk to the front."""
        self.stack.setCurrentWidget(page)
        self.rail.show_front(slot)

    # What is always on screen

    def _on_settings(self, settings: Settings) -> None:
        self.workspace.settings = settings
        self.theme = theme.pick(settings.theme)
        self.rail.measure()
        self.coding.wear(self.theme)
        self.desks.wear(self.theme)

    def _tell_state(self) -> None:
        self.name.setText("Rupture Coder")
        self.pill.hide()
        self.who.hide()

    def _show_state(self) -> None:
        workspace, study = self.workspace, self.workspace.study
        self.name.setText("Rupture Coder" if study is None else study.path.stem)
        session, scheme = workspace.session, workspace.scheme
        parts = [] if session is None else [f"Session {session.address}"]
        parts += [] if scheme is None else [f"{scheme.id} {scheme.version}"]
        self.pill.setText(" · ".join(parts))
        self.pill.setVisible(bool(parts))
        self.who.setVisible(study is not None)
        if study is not None:
            blind = "blind" if study.blind else "not blind"
            rater = workspace.rater
            lead = f"Lead · sees all codings · coders {blind}"
            nobody = "Nobody is coding yet · Ctrl+Shift+P"
            told = lead if workspace.known else nobody
            self.who.setText(told if rater is None else f"Coder: {rater.name} · {blind}")
            covered = "study encrypted; recordings are not covered"
            self.safety.setText(covered if study.encrypted else "study not encrypted")
        self._on_saved(workspace.pending == 0)
        self._name_acts()
        if study is not None and self.stack.currentWidget() is self.welcome:
            self.code_desk()

    def _on_saved(self, saved: bool) -> None:  # noqa: FBT001 - a signal's own argument
        if self.workspace.study is None:
            self.saved.clear()
            return
        self._tell_saved("● all saved" if saved else "○ saving…", "yes" if saved else "")

    def _tell_saved(self, told: str, saved: str) -> None:
        self.saved.setText(told)
        if self.saved.property("saved") != saved:
            self.saved.setProperty("saved", saved)
            self.saved.style().polish(self.saved)

    def _name_acts(self) -> None:
        """Say in the menu what undo and redo would do."""
        study = self.workspace.study
        known = study is not None and self.workspace.known
        names = study.next_acts(self.workspace.viewer) if study and known else (None, None)
        for slot, name in zip(("undo", "redo"), names, strict=True):
            action = self.actions_of[slot]
            word = slot.capitalize()
            action.setText(word if name is None else f"{word}: {name}")
            action.setEnabled(name is not None)
        self.hint.setText("" if names[0] is None else f"Ctrl+Z undoes “{names[0]}”")

    def _on_refused(self, fault: BaseException) -> None:
        self._tell_saved("✕ the last act was not saved", "no")
        dialogs.show_error(self, fault)

    def _on_picked(self, session: "Session") -> None:
        if self.workspace.known or self.studies.choose_coder():
            self.workspace.open_session(session)

    def go_to_session(self, session: "Session") -> None:
        """Open a session on the Code desk."""
        self._on_picked(session)
        self.code_desk()

    def _on_found(self, hit: object) -> None:
        self.code_desk()
        turn = getattr(hit, "turn", None)
        start_ms = getattr(hit, "start_ms", None)
        if turn is not None:
            self.coding.turns.go_to(turn.id)
        elif start_ms is not None:
            self.coding.player.seek(start_ms)

    # Qt's own

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say once that the window is on screen."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays wherever no text is typed and no button has the focus."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.act("play")
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a study or a transcript that is dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a dropped study, or import what is dropped on an open one."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls()]
        studies = [path for path in paths if path.suffix == ".rupture"]
        if self.furnished and studies:
            self.studies.open(studies[0])
        elif self.furnished and not self._why_not("import_session"):
            self.importing.take(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the writer end what it was given, then close the file."""
        if self.furnished:
            self.coding.episode.keep()
            self.coding.keep_place()
            self.coding.player.open(None)
            QCoreApplication.processEvents()  # so that the player has ended before it is taken down
        self.tasks.close()
        if self.furnished and self.workspace.study is not None:
            self.workspace.study.close()
            self.workspace.study = None
        super().closeEvent(event)
