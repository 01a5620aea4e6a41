"""The current episode as the form itself: precipitant, entries by row, repair, outcome."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from coder.coding import Episode, EpisodeId, Kind, Mark, MarkId, Outcome
from coder.session import format_clock
from coder.ui.quiet import QuietComboBox, UndoElsewhere
from coder.ui.workspace import KIND_NAMES, Workspace

_OUTCOMES = (
    (None, "not yet said"),
    (Outcome.REPAIRED, "repaired"),
    (Outcome.PARTLY, "partly repaired"),
    (Outcome.NOT, "not repaired"),
    (Outcome.CANNOT_TELL, "cannot tell"),
)
_MARKS = Qt.ItemDataRole.UserRole
_PAUSE_MS = 700  # after which what was typed is kept, without leaving the field


class EpisodePanel(QWidget):
    """One coding form, filled as one codes; every entry leads to its moment."""

    gone_to = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._filling = False
        self.which = QuietComboBox(self)
        self.which.setAccessibleName("Episode")
        self.which.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.which.setMinimumContentsLength(8)
        self.fresh = QPushButton("New episode  F9", self)
        self.fresh.clicked.connect(workspace.add_episode)
        self.precipitant = QPlainTextEdit(self)
        self.precipitant.setAccessibleName("Precipitant")
        self.precipitant.setPlaceholderText(
            "What did the therapist do that was not needed, or fail to give?"
        )
        self.precipitant.setTabChangesFocus(True)
        self.precipitant.setFixedHeight(2 * self.fontMetrics().height() + 14)
        self.precipitant.installEventFilter(self)
        undo = UndoElsewhere(self)
        self.places = QLabel(self)
        self.places.setObjectName("muted")
        self.entries = QTreeWidget(self)
        self.entries.setAccessibleName("Entries of the form")
        self.entries.setColumnCount(2)
        self.entries.setHeaderHidden(True)
        self.entries.setRootIsDecorated(False)
        self.entries.setIndentation(8)
        self.entries.header().setStretchLastSection(False)
        self.entries.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.entries.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.note = QLineEdit(self)
        self.note.setAccessibleName("Note on the chosen mark")
        for field in (self.precipitant, self.note):
            field.installEventFilter(undo)
        self.before, self.after = self._outcome("before"), self._outcome("after")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.keep)
        self._note_of: MarkId | None = None
        self._text_of: EpisodeId | None = None
        self._loaded = self._loaded_note = ""
        self._lay_out()
        self.which.activated.connect(self._on_which)
        self.precipitant.textChanged.connect(self._on_typed)
        self.entries.itemClicked.connect(lambda item, _column: self._on_entry(item))
        self.entries.itemActivated.connect(lambda item, _column: self._on_entry(item))
        self.note.textEdited.connect(lambda _text: self._on_typed())
        self.note.editingFinished.connect(self._on_note_left)
        for signal in (workspace.opened, workspace.changed):
            signal.connect(self._fill)
        workspace.pointed.connect(self._on_pointed)
        workspace.leaving.connect(self.keep)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(4)
        top = QHBoxLayout()
        top.addWidget(self.which, 1)
        top.addWidget(self.fresh)
        layout.addLayout(top)
        # In one line: the markers need the room.
        named = QHBoxLayout()
        named.addWidget(_heading("PRECIPITANT", self))
        self.places.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        named.addWidget(self.places, 1)
        layout.addLayout(named)
        layout.addWidget(self.precipitant)
        self.entries.setMinimumHeight(3 * self.fontMetrics().height())
        layout.addWidget(self.entries, 1)
        layout.addWidget(self.note)
        outcome = QGridLayout()
        outcome.addWidget(_heading("OUTCOME", self), 0, 0)
        outcome.addWidget(QLabel("before feedback", self), 0, 1)
        outcome.addWidget(QLabel("after feedback", self), 0, 2)
        outcome.addWidget(self.before, 1, 1)
        outcome.addWidget(self.after, 1, 2)
        outcome.setColumnStretch(1, 1)
        outcome.setColumnStretch(2, 1)
        layout.addLayout(outcome)

    def _outcome(self, when: str) -> QComboBox:
        box = QuietComboBox(self)
        box.setAccessibleName(f"Outcome {when} the feedback")
        box.setMinimumContentsLength(6)
        for outcome, name in _OUTCOMES:
            box.addItem(name, outcome)
        box.activated.connect(lambda _row: self._on_outcome(when, box))
        return box

    @property
    def episode(self) -> Episode | None:
        """The current episode."""
        chosen = self._workspace.episode
        return None if chosen is None else self._workspace.episodes.get(chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what was typed when the field is left."""
        if watched is self.precipitant and event.type() == QEvent.Type.FocusOut:
            self.keep()
        return False

    def keep(self) -> None:
        """Have the precipitant's text and the note written, if they differ."""
        self._timer.stop()
        self._keep_note()
        episode = self._workspace.episodes.get(self._text_of) if self._text_of else None
        text = self.precipitant.toPlainText().strip()
        if episode is not None and text != episode.precipitant:
            self._loaded = text
            self._workspace.alter_episode(episode, "precipitant", precipitant=text)
        self._workspace.set_draft(on=False)

    def _on_typed(self) -> None:
        if not self._filling:
            self._workspace.set_draft(on=True)
            self._timer.start()

    def _on_which(self, row: int) -> None:
        self.keep()
        self._workspace.choose_episode(self.which.itemData(row))

    def _on_outcome(self, when: str, box: QComboBox) -> None:
        if self.episode is not None:
            fields = {f"outcome_{when}": box.currentData()}
            self._workspace.alter_episode(self.episode, f"outcome {when} feedback", **fields)

    def _on_entry(self, item: QTreeWidgetItem) -> None:
        marks: list[MarkId] = item.data(0, _MARKS) or []
        if not marks:
            return
        here = self._workspace.mark
        following = marks.index(here) + 1 if here in marks else 0
        mark = self._workspace.marks.get(marks[following % len(marks)])
        if mark is not None:
            self._workspace.point(mark.id)
            self.gone_to.emit(mark)

    def _on_pointed(self, mark: MarkId | None) -> None:
        # Whoever is typing a note goes on with it, whatever else is marked meanwhile.
        if not (self.note.hasFocus() and self._note_of in self._workspace.marks):
            self._keep_note()
            self._show_note(mark)

    def _on_note_left(self) -> None:
        self.keep()
        if not self.note.hasFocus():
            self._show_note(self._workspace.mark)

    def _show_note(self, mark: MarkId | None) -> None:
        chosen = self._workspace.marks.get(mark) if mark else None
        self._note_of = None if chosen is None else chosen.id
        self.note.setEnabled(chosen is not None and self._workspace.editable)
        self.note.setPlaceholderText(
            "Choose a mark to note something about it"
            if chosen is None
            else f"Note on {self._workspace.label(chosen)}"
        )
        text = "" if chosen is None else chosen.note
        self._loaded_note = text
        if self.note.text() != text:
            self.note.setText(text)

    def _keep_note(self) -> None:
        mark = self._workspace.marks.get(self._note_of) if self._note_of else None
        if mark is not None and self.note.text().strip() not in {mark.note, self._loaded_note}:
            self._loaded_note = self.note.text().strip()
            self._workspace.alter_mark(mark, "note on", note=self.note.text().strip())

    # Showing

    def _fill(self, _change: object = None) -> None:
        workspace, episode = self._workspace, self.episode
        if (None if episode is None else episode.id) != self._text_of and not self._filling:
            # What was typed for the episode that is left is kept before it is out of sight.
            self._filling = True
            self.keep()
        self._filling = True
        self.which.clear()
        for each in workspace.episodes.values():
            self.which.addItem(f"Episode {each.number} — coding form", each.id)
        none = "No episode: form 1" if workspace.episodes else "No episode yet: form 1"
        self.which.addItem(none, None)
        self.which.setCurrentIndex(max(0, self.which.findData(workspace.episode)))
        text = "" if episode is None else episode.precipitant
        mine = None if episode is None else episode.id
        # Being in the field is not yet having changed it: an undo elsewhere shows here too.
        draft = self.precipitant.toPlainText().strip() != self._loaded
        if mine != self._text_of or not self.precipitant.hasFocus() or not draft:
            self._text_of, self._loaded = mine, text
            if self.precipitant.toPlainText() != text:
                self.precipitant.setPlainText(text)
        open_ = episode is not None and workspace.editable
        for widget in (self.precipitant, self.before, self.after):
            widget.setEnabled(open_)
        self.fresh.setEnabled(workspace.editable)
        for box, outcome in (
            (self.before, episode and episode.outcome_before),
            (self.after, episode and episode.outcome_after),
        ):
            box.setCurrentIndex(next(i for i, each in enumerate(_OUTCOMES) if each[0] == outcome))
        self._list(workspace.in_order())
        if not self.note.hasFocus() or self.note.text().strip() == self._loaded_note:
            self._show_note(self._note_of if self.note.hasFocus() else workspace.mark)
        self._filling = False

    def _list(self, marks: list[Mark]) -> None:
        chosen = self._workspace.episode
        # Marks of no episode are printed on form 1, so they are shown there.
        first = self.episode is None or self.episode.number == 1
        mine = [m for m in marks if chosen in m.episodes or (first and not m.episodes)]
        spots = [mark for mark in mine if mark.kind == Kind.PRECIPITANT]
        self.places.setText(
            "at " + ", ".join(_when(mark) for mark in spots)
            if spots
            else "No place given yet · F10 gives it one"
        )
        self.entries.clear()
        for heading, entries in self._groups(mine):
            if entries:
                self._head(heading)
            for label, group in entries:
                times = " / ".join(_when(mark) for mark in group)
                item = QTreeWidgetItem([label, times])
                item.setData(0, _MARKS, [mark.id for mark in group])
                self.entries.addTopLevelItem(item)

    def _groups(self, marks: list[Mark]) -> list[tuple[str, list[tuple[str, list[Mark]]]]]:
        """Entries as the form has them: rows of each column, then repair, then open flags."""
        scheme = self._workspace.scheme
        groups: list[tuple[str, list[tuple[str, list[Mark]]]]] = []
        named_by: dict[str | None, list[Mark]] = {}
        for mark in marks:
            named_by.setdefault(mark.marker, []).append(mark)
        for column in scheme.columns() if scheme is not None else ():
            rows = [
                (marker.label, named_by.pop(marker.id))
                for marker in (scheme.markers if scheme is not None else ())
                if marker.column == column and marker.id in named_by
            ]
            heading = column if scheme is None else scheme.column_label(column)
            groups.append((heading.upper(), rows))
        groups.append(("AROUND THE SESSION", self._rest(named_by, around=True)))
        groups.append(("NO LONGER IN THE SCHEME", self._rest(named_by, around=False)))
        repair: dict[tuple[Kind, str], list[Mark]] = {}
        for mark in marks:
            if mark.kind in {Kind.STATEMENT, Kind.SHIFT}:
                repair.setdefault((mark.kind, mark.text), []).append(mark)
        named = [
            (f"{KIND_NAMES[kind]}: {text}" if text else KIND_NAMES[kind], here)
            for (kind, text), here in repair.items()
        ]
        groups.append(("REPAIR", named))
        flags = [mark for mark in marks if mark.kind == Kind.FLAG]
        open_flags = [(f"{mark.family or 'unsure'}?", [mark]) for mark in flags]
        groups.append((f"OPEN FLAGS ({len(flags)})", open_flags))
        return groups

    def _rest(
        self, named_by: dict[str | None, list[Mark]], *, around: bool
    ) -> list[tuple[str, list[Mark]]]:
        """Marks of no column of the scheme: about the session as a whole, or with a lost marker."""
        return [
            (self._workspace.label(here[0]), here)
            for marker, here in named_by.items()
            if marker is not None and (here[0].kind == Kind.SESSION) == around
        ]

    def _head(self, heading: str) -> None:
        item = QTreeWidgetItem([heading, ""])
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = self.entries.font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        font.setBold(True)
        item.setFont(0, font)
        self.entries.addTopLevelItem(item)
        item.setFirstColumnSpanned(True)


def _heading(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("heading")
    return label


def _when(mark: Mark) -> str:
    if mark.kind == Kind.SESSION:
        return "session"
    if mark.anchor is None or mark.anchor.start_ms is None:
        return "untimed"
    start = format_clock(mark.anchor.start_ms)
    end = mark.anchor.end_ms
    return start if end is None else f"{start}–{format_clock(end)}"
