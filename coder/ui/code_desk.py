"""The Code desk: sessions, transcript, coding panel and timeline as three views of one session."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from coder import imports, recording
from coder.coding import Coding, Mark, MarkId, State
from coder.errors import Stopped
from coder.recording import Peaks
from coder.session import Recording, Session, Turn
from coder.ui.attention import Attention
from coder.ui.episode import EpisodePanel
from coder.ui.finding import find
from coder.ui.marking import Marking
from coder.ui.palette import Palette
from coder.ui.places import Places
from coder.ui.quiet import SpacePlays, UndoElsewhere
from coder.ui.tapping import Tapping
from coder.ui.tasks import Task
from coder.ui.theme import Theme
from coder.ui.timeline import Timeline
from coder.ui.transcript import Index, TurnView
from coder.ui.transport import Transport
from coder.ui.undoing import Undoing
from coder.ui.workspace import Workspace

SESSION = Qt.ItemDataRole.UserRole


class SessionModel(QAbstractListModel):
    """The sessions of the study, with how far the rater's coding is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Session, str]] = []

    def show(self, rows: list[tuple[Session, str]]) -> None:
        """List these."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a session."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The session's address and its state."""
        if not index.isValid():
            return None
        session, told = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{session.address}\n{told}"
        return session if role == SESSION else None

    def tell(self, session: Session, told: str) -> None:
        """Say anew how far a session is."""
        row = self.row_of(session)
        if row >= 0 and self._rows[row][1] != told:
            self._rows[row] = (session, told)
            self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, session: Session) -> int:
        """The row of a session, -1 when it is not listed."""
        ids = [each.id for each, _ in self._rows]
        return ids.index(session.id) if session.id in ids else -1


class CodeDesk(QWidget):
    """Play, mark, replay."""

    picked = Signal(object)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.transport = Transport(workspace, self)
        self.player = self.transport.player
        self.sessions = SessionModel(self)
        self.session_list = QListView(self)
        self.turns = TurnView(workspace, theme, self)
        self.palette_panel = Palette(workspace, self)
        self.episode = EpisodePanel(workspace, self)
        self.timeline = Timeline(workspace, theme, self)
        self.attention = Attention(workspace, self.transport, self.turns, self.palette_panel.typed)
        self.marking = Marking(workspace, self.attention, self)
        self.tapping = Tapping(workspace, self.transport, self.turns, self)
        self.places = Places(workspace, self.transport, self.turns, self)
        self.undoing = Undoing(workspace, self)
        # Where the window looks for an action, in this order.
        self.acting = (
            self.marking, self.tapping, self.places, self.undoing, self.turns, self.transport,
        )  # fmt: skip
        self.codings = QComboBox(self)
        self.search = QLineEdit(self)
        self._reading: Task | None = None
        self._place: tuple[object, ...] | None = None
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.session_list.setModel(self.sessions)
        self.session_list.setObjectName("sessions")
        self.session_list.setAccessibleName("Sessions")
        self.session_list.setSpacing(2)
        self.session_list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.search.setPlaceholderText("Find in transcript · words, 41:20, turn 312 or line 344")
        self.search.setAccessibleName("Find in transcript")
        self.search.setClearButtonEnabled(True)
        self.codings.setAccessibleName("Whose coding is shown")
        self.codings.hide()
        left = _column(self, _heading("SESSIONS", self), self.session_list, self.codings)
        middle = _column(self, self.search, self.tapping.banner, self.turns)
        right = QSplitter(Qt.Orientation.Vertical, self)
        right.addWidget(self.palette_panel)
        right.addWidget(self.episode)
        right.setSizes([520, 400])
        # On a small screen the panel scrolls, rather than push “saved” off the window.
        scrolled = QScrollArea(self)
        scrolled.setWidget(right)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QScrollArea.Shape.NoFrame)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setMinimumWidth(right.minimumSizeHint().width() + 18)
        right_column = _column(self, scrolled)
        across = QSplitter(Qt.Orientation.Horizontal, self)
        for splitter in (across, right):
            splitter.setHandleWidth(1)
        for widget, share in ((left, 0), (middle, 1), (right_column, 0)):
            across.addWidget(widget)
            across.setStretchFactor(across.count() - 1, share)
        across.setSizes([150, 800, 400])
        below = QWidget(self)
        bottom = QVBoxLayout(below)
        bottom.setContentsMargins(0, 0, 0, 0)
        bottom.addWidget(self.transport)
        bottom.addWidget(self.timeline, 1)
        down = QSplitter(Qt.Orientation.Vertical, self)
        down.setHandleWidth(1)
        down.addWidget(across)
        down.addWidget(below)
        down.setStretchFactor(0, 1)
        down.setSizes([720, 200])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(down)

    def _connect(self) -> None:
        workspace, player = self.workspace, self.player
        self.session_list.clicked.connect(lambda index: self.picked.emit(index.data(SESSION)))
        self.session_list.activated.connect(lambda index: self.picked.emit(index.data(SESSION)))
        self.codings.activated.connect(self._on_coding_chosen)
        self.turns.typed.connect(self.palette_panel.start)
        self.turns.played.connect(self.transport.play_turn)
        self.turns.mark_opened.connect(self._on_mark_opened)
        self.turns.clicked.connect(self._on_turn_clicked)
        self.search.returnPressed.connect(self.find_next)
        self.palette_panel.chosen.connect(self.marking.mark_with)
        self.palette_panel.played.connect(self.transport.play)
        self.palette_panel.left.connect(self.to_transcript)
        self.attention.told.connect(self.palette_panel.where.setText)
        self.tapping.switched.connect(self.attention.hold)
        self.marking.gone_to.connect(self.go_to_mark)
        self.episode.gone_to.connect(self.go_to_mark)
        self.timeline.sought.connect(self.transport.go)
        self.timeline.chosen.connect(self._on_mark_chosen)
        for listed in (self.session_list, self.palette_panel.list, self.episode.entries):
            listed.installEventFilter(SpacePlays(self.transport.play, listed))
        self.search.installEventFilter(UndoElsewhere(self))
        self.timeline.looped.connect(self.transport.set_loop)
        for view in (self.turns, self.timeline):
            view.transport.connect(lambda name: getattr(self.transport, name)())
        player.moved.connect(self._on_moved)
        player.played.connect(self._on_played)
        workspace.leaving.connect(self._on_leaving)
        workspace.opened.connect(self._on_opened)
        workspace.changed.connect(self._on_changed)
        self.transport.looped.connect(self._on_looped)

    # What is open

    def open_episode(self) -> None:
        """Open the next episode, ready for its precipitant."""
        self.workspace.add_episode()
        self.episode.precipitant.setFocus()

    def list_sessions(self) -> None:
        """List the sessions with the state of the rater's coding of each."""
        study, workspace = self.workspace.study, self.workspace
        rows: list[tuple[Session, str]] = []
        for session in study.sessions() if study is not None else ():
            if workspace.session is not None and session.id == workspace.session.id:
                rows.append((session, self._told(len(workspace.marks))))
                continue
            if study is None or not workspace.known:
                rows.append((session, ""))
                continue
            codings = study.codings(workspace.viewer, session.id)
            rows.append((session, _progress(codings, lead=workspace.viewer is None)))
        self.sessions.show(rows)
        if workspace.session is not None:
            row = self.sessions.row_of(workspace.session)
            self.session_list.setCurrentIndex(self.sessions.index(row))

    def _on_changed(self, _change: object) -> None:
        workspace = self.workspace
        if workspace.session is not None:
            self.sessions.tell(workspace.session, self._told(len(workspace.marks)))

    def _on_looped(self, span: tuple[int, int] | None) -> None:
        self.timeline.loop = span
        self.timeline.update()

    def _told(self, marks: int) -> str:
        coding = self.workspace.coding
        count = f"{marks} mark" if marks == 1 else f"{marks} marks"
        left = len(self.places.left())
        count += f" · {left} without their words" if left else ""
        return count if coding is None else f"{coding.state.value} · {count}"

    def _on_opened(self) -> None:
        workspace = self.workspace
        self.list_sessions()
        if self._reading is not None:
            self._reading.stop()
            self._reading = None
        study = workspace.study
        self._offer_codings()
        self._open_recording()
        if workspace.session is not None and study is not None:
            place = study.place(workspace.viewer, workspace.session.id)
            start = workspace.turns[0].start_ms or 0 if workspace.turns else 0
            at_ms, turn = place if place is not None else (start, None)
            self.player.seek(at_ms)
            self._on_moved(at_ms)
            known = next((each for each in workspace.turns if each.id == turn), None)
            if known is not None:
                self.turns.go_to(known.id)
        self.turns.setFocus()

    def _on_leaving(self) -> None:
        # Before another session is there whose place this would overwrite.
        self.player.pause()
        self.keep_place()

    def _open_recording(self) -> None:
        """Load the recording; one that moved is looked for away from the window."""
        study, kept = self.workspace.study, self.workspace.recording
        if study is None or kept is None:
            self.transport.open(None, None, session=self.workspace.session is not None)
            return
        if imports.is_in_place(study, kept):
            self._load(kept, study.media(kept))
            return
        self.transport.open(kept, None)
        self.workspace.tasks.run(
            lambda _task: imports.find_media(study, kept),
            lambda found: self._load(kept, found),
            self.workspace.failed.emit,
        )

    def _load(self, kept: Recording, found: Path | None) -> None:
        if found is not None and self.workspace.recording == kept:
            at_ms = self.player.now_ms
            self.transport.open(kept, found)
            self.player.seek(max(at_ms, kept.offset_ms))
            self._read_peaks(found)

    def _offer_codings(self) -> None:
        """Let whoever may see several codings of a session choose the one that is shown."""
        workspace, study = self.workspace, self.workspace.study
        self.codings.clear()
        if study is None or workspace.session is None:
            self.codings.hide()
            return
        names = {rater.id: rater.name for rater in study.raters()}
        for coding in study.codings(workspace.viewer, workspace.session.id):
            self.codings.addItem(f"{names[coding.rater_id]} · {coding.scheme}", coding.id)
        if workspace.coding is not None:
            self.codings.setCurrentIndex(self.codings.findData(workspace.coding.id))
        self.codings.setVisible(self.codings.count() > 1)

    def _on_coding_chosen(self, row: int) -> None:
        if self.workspace.session is not None:
            self.workspace.open_session(self.workspace.session, self.codings.itemData(row))

    def keep_place(self) -> None:
        """Remember where the rater is, for the next time."""
        workspace = self.workspace
        study, session, viewer = workspace.study, workspace.session, workspace.viewer
        if study is None or session is None:
            return
        at_ms = self.player.now_ms
        index = self.turns.currentIndex()
        turn = workspace.turns[index.row()].id if index.isValid() else None
        place = (session.id, viewer, at_ms, turn)
        if place == self._place:
            return
        self._place = place
        workspace.tasks.write(
            lambda: study.keep_place(viewer, session.id, at_ms, turn),
            lambda _done: None,
            workspace.failed.emit,
        )

    def _read_peaks(self, path: Path) -> None:
        """Read the waveform away from the window; keep it beside an unencrypted study."""
        study, kept = self.workspace.study, self.workspace.recording
        assert study is not None  # noqa: S101 - there is a recording
        assert kept is not None  # noqa: S101 - the same
        folder = study.path.with_name(f"{study.path.stem}.peaks")
        cache = None if study.encrypted else folder / f"{kept.sha256[:32]}.npz"

        def read(task: Task) -> Peaks | None:
            known = recording.load_peaks(cache) if cache is not None else None
            if known is not None:
                return known
            try:
                made = recording.peaks(path, progress=task.progress, stopped=task.stopped)
            except Stopped:
                return None
            if cache is not None:
                cache.parent.mkdir(exist_ok=True)
                recording.save_peaks(made, cache)
            return made

        def show(peaks: Peaks | None) -> None:
            if peaks is not None and self.workspace.recording == kept:
                self.timeline.show_peaks(peaks)
                self._reading = None

        self._reading = self.workspace.tasks.run(read, show, self.workspace.failed.emit)
        self._reading.progressed.connect(self.timeline.show_loading)

    # Moving about

    def _on_moved(self, at_ms: int) -> None:
        self.timeline.show_now(at_ms)
        self.turns.show_sounding(at_ms, follow=self.player.playing)

    def _on_played(self, playing: bool) -> None:  # noqa: FBT001 - a signal's own argument
        if not playing:
            self.keep_place()

    def _on_turn_clicked(self, index: QModelIndex) -> None:
        turn: Turn = self.workspace.turns[index.row()]
        if turn.start_ms is not None and not self.player.playing:
            self.player.seek(turn.start_ms)  # not “sought”: what is chosen is chosen already

    def go_to_mark(self, mark: Mark) -> None:
        """Bring a mark's turn and moment into sight."""
        if mark.anchor is not None and mark.anchor.turns:
            self.turns.go_to(mark.anchor.turns[0])
        if mark.anchor is not None and mark.anchor.start_ms is not None:
            self.player.seek(mark.anchor.start_ms)

    def _on_mark_chosen(self, mark: Mark) -> None:
        self.go_to_mark(mark)
        self.workspace.point(mark.id)

    def find_in_transcript(self) -> None:
        """Go to the search field."""
        self.search.setFocus()
        self.search.selectAll()

    def find_next(self) -> None:
        """Go to the next turn that answers, from the current one on and round again."""
        here = self.turns.currentIndex().row()
        row = find(self.workspace.turns, self.search.text(), here)
        if row is None:
            self.workspace.said.emit(f"“{self.search.text()}” is not in this transcript.")
        if row is not None:
            self.turns.go_to(self.workspace.turns[row].id)

    def to_palette(self) -> None:
        """Give the palette the keyboard."""
        self.palette_panel.start()

    def to_transcript(self) -> None:
        """Give the transcript the keyboard."""
        self.turns.setFocus()

    def _on_mark_opened(self, mark: MarkId) -> None:
        self.workspace.point(mark)
        self.marking.edit_mark()

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.turns.painter_of_turns.theme = theme
        self.turns.viewport().update()
        self.timeline.wear(theme)


def _progress(codings: Sequence[Coding], *, lead: bool) -> str:
    """Say how far a session is, for one rater or for the lead."""
    if not lead:
        return codings[0].state.value if codings else "not started"
    done = sum(coding.state == State.SUBMITTED for coding in codings)
    return f"{done} of {len(codings)} submitted" if codings else "no coding"


def _column(parent: QWidget, *widgets: QWidget) -> QWidget:
    column = QWidget(parent)
    layout = QVBoxLayout(column)
    layout.setContentsMargins(10, 8, 10, 6)
    layout.setSpacing(6)
    for widget in widgets:
        layout.addWidget(widget)
    return column


def _heading(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("heading")
    return label
