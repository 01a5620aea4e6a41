"""Jump to what is no turn: notes such as (sigh) or Silence…, and marks that lost their words."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QListWidget, QVBoxLayout, QWidget

from coder.coding import Mark, anchor_on
from coder.session import Note, Turn, format_clock
from coder.transcripts import unfit
from coder.ui import dialogs
from coder.ui.transcript import TurnView
from coder.ui.transport import Transport
from coder.ui.workspace import Workspace


class Places(QObject):
    """The acts that bring such a place into sight."""

    def __init__(
        self, workspace: Workspace, transport: Transport, view: TurnView, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._transport = transport
        self._view = view
        self._window = parent
        self._at: int | None = None  # the note one stands on
        workspace.opened.connect(self._on_opened)
        view.selectionModel().currentChanged.connect(lambda *_: self._on_moved())

    def next_note(self) -> None:
        """Go to the next note of the transcript."""
        self._step(1)

    def previous_note(self) -> None:
        """Go to the note before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        notes = self._view.turns.notes
        if not notes:
            self._workspace.said.emit("This transcript has no notes.")
            return
        rows = [row for row, _ in notes]
        here = self._view.currentIndex().row()
        if self._at is not None and rows[self._at] == here:
            at = self._at + by
        elif by > 0:
            at = next((n for n, row in enumerate(rows) if row > here), len(rows))
        else:
            at = next((n for n in range(len(rows) - 1, -1, -1) if rows[n] < here), -1)
        if at not in range(len(notes)):
            self._workspace.said.emit("There is no further note this way.")
            return
        self._go(at, *notes[at])

    def _go(self, at: int, row: int, note: Note) -> None:
        turn = self._workspace.turns[row]
        self._view.go_to(turn.id)
        self._at = at
        if turn.start_ms is not None and not self._transport.player.playing:
            self._transport.player.seek(turn.start_ms)
        count = len(self._view.turns.notes)
        self._workspace.said.emit(f"Note {at + 1} of {count}, line {note.line}: {note.text}")

    def _on_moved(self) -> None:
        self._at = None

    def _on_opened(self) -> None:
        """Say that marks were left behind: nobody would look for them."""
        left = self.left()
        if left:
            count = "A mark stands" if len(left) == 1 else f"{len(left)} marks stand"
            self._workspace.said.emit(
                f"{count} on words that are no longer in the transcript: "
                "Edit, Marks without their words…"
            )

    def left(self) -> tuple[Mark, ...]:
        """The marks on screen whose words are not in the transcript."""
        workspace = self._workspace
        return unfit(tuple(workspace.marks.values()), workspace.turns)

    def marks_left_behind(self) -> None:
        """List the marks whose words are gone, to put them on the chosen turn or delete them."""
        if not self.left():
            self._workspace.said.emit("Every mark stands on its words.")
        while left := self.left():
            turn = self._view.currentIndex()
            chosen = self._workspace.turns[turn.row()] if turn.isValid() else None
            asked = _LeftBehind(self._window, [self._told(mark) for mark in left], chosen)
            if not self._workspace.editable:
                asked.only_show()
            if not dialogs.run(asked):
                return
            mark = left[max(0, asked.list.currentRow())]
            if asked.deletes:
                self._workspace.delete_mark(mark)
            elif chosen is not None:
                self._workspace.alter_mark(mark, "put anew", anchor=anchor_on([chosen]))

    def _told(self, mark: Mark) -> str:
        anchor = mark.anchor
        when = "" if anchor is None or anchor.start_ms is None else format_clock(anchor.start_ms)
        quote = "" if anchor is None else anchor.quote
        return f"{self._workspace.label(mark)} · {when} · “{quote}”"


class _LeftBehind(QDialog):
    """The list, with what can be done about the chosen mark."""

    def __init__(self, parent: QWidget, marks: list[str], turn: Turn | None) -> None:
        super().__init__(parent)
        self.deletes = False
        self.setWindowTitle("Marks without their words")
        self.resize(620, 360)
        said = QLabel(
            "A new version of the transcript no longer has the words these marks were made on.",
            self,
        )
        said.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Marks without their words")
        self.list.addItems(marks)
        self.list.setCurrentRow(0)
        where = "the chosen turn" if turn is None else f"turn {turn.n}"
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.put = self.buttons.addButton(f"Put it on {where}", role)
        self.gone = self.buttons.addButton("Delete it", role)
        self.put.setEnabled(turn is not None)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        for button in (self.put, self.gone):
            button.setAutoDefault(False)
        self.put.clicked.connect(self.accept)
        self.gone.clicked.connect(self._on_delete)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(said)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.buttons)

    def only_show(self) -> None:
        """The coding is another's, or locked."""
        self.put.setEnabled(False)
        self.gone.setEnabled(False)

    def _on_delete(self) -> None:
        self.deletes = True
        self.accept()
