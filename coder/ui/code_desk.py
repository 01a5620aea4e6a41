"""The Code desk: sessions, transcript, coding panel and timeline as three views of one session."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
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

from coder.coding import Coding, Mark, MarkId, State
from coder.session import Session, Turn
from coder.ui.attention import Attention
from coder.ui.episode import EpisodePanel
from coder.ui.finding import find, time_in
from coder.ui.loading import Loading
from coder.ui.marking import Marking
from coder.ui.palette import Palette
from coder.ui.places import Places
from coder.ui.quiet import SettledComboBox, SpacePlays, UndoElsewhere
from coder.ui.segment_sheet import SegmentSheet
from coder.ui.tapping import Tapping
from coder.ui.theme import Theme
from coder.ui.timeline import Timeline
from coder.ui.transcript import Index, TurnView
from coder.ui.transport import Transport
from coder.ui.undoing import Undoing
from coder.ui.whole import Whole
from coder.ui.whole_bar import WholeBar
from coder.ui.workspace import Workspace

SESSION = Qt.ItemDataRole.UserRole
_LEFT = 180  # pixels the sessions may always have
_WORDS = 38  # characters of a line of the transcript, its times included, at the least
_MARGINS = 20  # pixels beside the panel
_EDGES = 104  # pixels around the columns


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
        self.palette_panel = Palette(workspace, theme, self)
        self.episode = EpisodePanel(workspace, self)
        self.timeline = Timeline(workspace, theme, self)
        self.attention = Attention(workspace, self.transport, self.turns, self.palette_panel.typed)
        self.marking = Marking(workspace, self.attention, self)
        self.tapping = Tapping(workspace, self.transport, self.turns, self)
        self.places = Places(workspace, self.transport, self.turns, self)
        self.undoing = Undoing(workspace, self)
        self.loading = Loading(workspace, self.transport, self.timeline, self)
        self.whole = Whole(workspace, self)
        self.whole_bar = WholeBar(workspace, self.whole, self)
        self.sheet = SegmentSheet(workspace, theme, self)
        # Where the window looks for an action, in this order.
        self.acting = (
            self.marking, self.whole, self.tapping, self.places, self.undoing, self.turns,
            self.transport,
        )  # fmt: skip
        self.codings = SettledComboBox(self)
        self.search = QLineEdit(self)
        self._place: tuple[object, ...] | None = None
        self._with_sheet = False  # whether the sheet of segments is wanted, where there are any
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
        self.codings.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.codings.setMinimumContentsLength(8)
        self.codings.hide()
        self._left = left = _column(
            self, _heading("SESSIONS", self), self.session_list, self.codings, self.whole_bar
        )
        reading = QSplitter(Qt.Orientation.Vertical, self)
        reading.addWidget(self.turns)
        reading.addWidget(self.sheet)
        reading.setStretchFactor(0, 1)
        self.sheet.hide()
        middle = _column(self, self.search, self.tapping.banner, reading)
        right = QSplitter(Qt.Orientation.Vertical, self)
        right.addWidget(self.palette_panel)
        right.addWidget(self.episode)
        right.setSizes([430, 230])
        # On a small screen the panel scrolls, rather than push “saved” off the window.
        scrolled = QScrollArea(self)
        scrolled.setWidget(right)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QScrollArea.Shape.NoFrame)
        self._panel, self._right = scrolled, right
        right_column = _column(self, scrolled)
        across = QSplitter(Qt.Orientation.Horizontal, self)
        for splitter in (across, right, reading):
            splitter.setHandleWidth(1)
        for widget, share in ((left, 0), (middle, 1), (right_column, 0)):
            across.addWidget(widget)
            across.setStretchFactor(across.count() - 1, share)
        across.setSizes([180, 730, 440])
        self._across = across
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
        down.setSizes([740, 180])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(down)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._share()

    def changeEvent(self, event: QEvent) -> None:
        """Share the width anew when the text changes its size."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange}:
            QTimer.singleShot(0, self, self._share)  # once the panel has measured its own text

    def _share(self) -> None:
        """Give the sides the width they need, once the transcript has its least.

        A word of the transcript is worth more than the end of a button's: the panel scrolls.
        """
        self._left.setMaximumWidth(max(_LEFT, self.width() // 5))
        least = min(_WORDS * self.fontMetrics().averageCharWidth(), self.width() * 2 // 5)
        self.turns.setMinimumWidth(least)
        rest = self.width() - least - self._left.minimumSizeHint().width() - _EDGES
        needed = self._right.minimumSizeHint().width() + 18
        needed = max(0, min(needed, rest, self.width() * 9 // 20))
        self._panel.setMinimumWidth(needed)
        left, middle, right = self._across.sizes()
        over = right - max(needed, self.width() * 21 // 50) - _MARGINS
        if over > 0:
            self._across.setSizes([left, middle + over, right - over])

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
        leaving = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.search)
        leaving.setContext(Qt.ShortcutContext.WidgetShortcut)
        leaving.activated.connect(self.to_transcript)
        self.palette_panel.chosen.connect(self.marking.mark_with)
        self.palette_panel.added.connect(lambda *given: self.marking.mark_with(*given, apart=True))
        self.attention.naming.connect(self.palette_panel.name)
        self.palette_panel.expected.connect(self.attention.expect)
        self.whole.sheet_wanted.connect(self._on_sheet)
        self.sheet.sought.connect(self.transport.go)
        self.sheet.played.connect(self.transport.play_stretch)
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
        if self._with_sheet:
            self.sheet.show_session()
            self.sheet.setVisible(bool(self.sheet.sheet.starts))
        study = workspace.study
        self._offer_codings()
        QTimer.singleShot(0, self, self._share)  # for the names that stand at the left now
        self.loading.open()
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
        here = workspace.coding
        if here is not None and self.codings.findData(here.id) < 0:
            # Not begun yet; opened without naming it.
            self.codings.insertItem(0, f"{names.get(here.rater_id, '')} · {here.scheme}", None)
        if here is not None:
            self.codings.setCurrentIndex(max(0, self.codings.findData(here.id)))
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

    # Moving about

    def _on_moved(self, at_ms: int) -> None:
        self.timeline.show_now(at_ms)
        self.whole.show_now(at_ms)
        self.sheet.sheet.show_now(at_ms)
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

    def _on_sheet(self) -> None:
        """Show the sheet of segments and give it the keyboard; or put it away."""
        self._with_sheet = not self.sheet.isVisible()
        self.sheet.setVisible(self._with_sheet)
        if self._with_sheet:
            self.sheet.show_session()
        (self.sheet if self._with_sheet else self.turns).setFocus()

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
            self._go_to_found(self.workspace.turns[row])

    def _go_to_found(self, turn: Turn) -> None:
        """Go to a turn that was found; the player goes too, unless it plays and words were."""
        self.turns.go_to(turn.id)
        wanted = time_in(self.search.text())
        at_ms = turn.start_ms if wanted is None else max(wanted, turn.start_ms or 0)
        if at_ms is not None and (wanted is not None or not self.player.playing):
            self.player.play_on()
            self.player.seek(at_ms)  # not “sought”: what is chosen is chosen already

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
        self.palette_panel.wear(theme)
        self.sheet.wear(theme)
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
