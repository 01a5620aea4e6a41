"""Import a session: what would come in is shown before anything is written."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from coder import imports, transcripts
from coder.errors import CoderError
from coder.session import Role, format_clock, parse_clock
from coder.transcripts import Reading
from coder.ui import dialogs
from coder.words import say

MEDIA = "Recordings (*.wav *.mp3 *.m4a *.ogg *.opus *.flac *.mp4 *.mov *.mkv);;All files (*)"
TRANSCRIPTS = "Transcripts (*.txt *.docx *.vtt *.srt *.md);;All files (*)"
_SHOWN = 20
_ROLES = ((Role.PATIENT, "patient"), (Role.THERAPIST, "therapist"), (Role.OTHER, "someone else"))


class ImportDialog(QDialog):
    """Ask where a transcript belongs, whose its labels are and when it begins."""

    def __init__(self, parent: QWidget | None = None, known: Sequence[str] = ()) -> None:
        super().__init__(parent)
        self._known = known
        self.setWindowTitle("Import session")
        self.resize(760, 660)
        self.path: Path | None = None
        self.reading: Reading | None = None
        self.media: Path | None = None
        self.participant, self.number = QLineEdit(self), QLineEdit(self)
        self.clock = QLineEdit("0:00", self)
        self.clock.setToolTip("Session time of the recording’s first moment: h:mm:ss or m:ss")
        self.base = QComboBox(self)
        self.base.addItems(["on the session clock, as written", "from the recording’s start"])
        self._file, self._sound = self._plain("No transcript chosen"), self._plain("No recording")
        self._found = self._plain("")
        self._roles = QGridLayout()
        self.role_of: dict[str, QComboBox] = {}
        self.preview = QPlainTextEdit(self)
        self.preview.setReadOnly(True)
        self.preview.setAccessibleName("The first turns, and what is not taken over")
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Cancel, self)
        self.go = self.buttons.addButton("Import", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setEnabled(False)
        self._lay_out()
        self.buttons.accepted.connect(self._on_accept)
        self.buttons.rejected.connect(self.reject)

    def _plain(self, text: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        label.setWordWrap(True)
        return label

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        form = QFormLayout()
        form.addRow("Transcript", self._with_button(self._file, self._ask_transcript))
        form.addRow("Recording", self._with_button(self._sound, self._ask_media))
        who = QHBoxLayout()
        who.addWidget(self.participant)
        who.addWidget(QLabel("Session", self))
        who.addWidget(self.number)
        form.addRow("Participant", who)
        form.addRow("Recording begins at", self.clock)
        form.addRow("Times in the file count", self.base)
        layout.addLayout(form)
        layout.addWidget(self._found)
        layout.addLayout(self._roles)
        layout.addWidget(self.preview, 1)
        layout.addWidget(self.buttons)

    def _with_button(self, label: QLabel, ask: object) -> QHBoxLayout:
        row = QHBoxLayout()
        button = QPushButton("Choose…", self)
        button.clicked.connect(ask)
        row.addWidget(label, 1)
        row.addWidget(button)
        return row

    def _ask_transcript(self) -> None:
        path = dialogs.ask_open(self, "Transcript", TRANSCRIPTS)
        if path is not None:
            self.inspect(path)

    def _ask_media(self) -> None:
        path = dialogs.ask_open(self, "Recording", MEDIA)
        if path is not None:
            self.media = path
            self._sound.setText(path.name)

    def inspect(self, path: Path) -> None:
        """Show what an import would make of a transcript."""
        self.path, self.reading = path, None
        self._file.setText(path.name)
        try:
            reading = transcripts.inspect(path)
        except CoderError as told:
            self._found.setText(say(told))
            self.preview.clear()
            self.go.setEnabled(False)
            return
        self.reading = reading
        self.go.setEnabled(True)
        self._found.setText(summary(reading))
        self._ask_roles(reading)
        shown = [f"{turn.label}: {turn.text}" for turn in reading.turns[:_SHOWN]]
        left = [f"line {each.line}: {each.text} ({each.why})" for each in reading.reported]
        if left:
            shown += ["", "NOT TAKEN OVER", *left[:200]]
        self.preview.setPlainText("\n".join(shown))

    def _ask_roles(self, reading: Reading) -> None:
        while (item := self._roles.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.role_of = {}
        for row, (label, count) in enumerate(reading.speakers.items()):
            sample = next((t.text for t in reading.turns if t.label == label), "")
            box = QComboBox(self)
            box.setAccessibleName(f"Who is {label}")
            for role, name in _ROLES:
                box.addItem(name, role)
            box.setCurrentIndex(box.findData(reading.roles.get(label, Role.OTHER)))
            self._roles.addWidget(self._plain(f"{label or '(no label)'} · {count} turns"), row, 0)
            self._roles.addWidget(box, row, 1)
            self._roles.addWidget(self._plain(f"“{sample[:60]}”"), row, 2)
            self.role_of[label] = box
        self._roles.setColumnStretch(2, 1)

    def request(self) -> imports.Request:
        """What was asked for. Raises CoderError for a clock start that is no time."""
        roles = {label: Role(box.currentData()) for label, box in self.role_of.items()}
        return imports.Request(
            self.participant.text(),
            self.number.text(),
            self.media,
            parse_clock(self.clock.text()),
            from_recording=self.base.currentIndex() == 1,
            options=transcripts.Options(roles=roles),
        )

    def _on_accept(self) -> None:
        try:
            request = self.request()
        except CoderError as told:
            dialogs.show_error(self, told)
            return
        if not request.participant.strip() or not request.number.strip():
            dialogs.tell(self, "Give the participant’s pseudonym and the session’s number.")
            return
        address = f"{request.participant.strip()}/{request.number.strip()}"
        if address in self._known:
            dialogs.tell(self, f"Session {address} is in the study already; give another number.")
            return
        self.accept()


def summary(reading: Reading) -> str:
    """Say in a few lines what was found, and what will not come along."""
    span = "no times"
    if reading.first_ms is not None and reading.last_ms is not None:
        span = f"{format_clock(reading.first_ms)} to {format_clock(reading.last_ms)}"
    lines = [
        f"{reading.format}, {reading.encoding} · {len(reading.turns)} turns · {span} · "
        f"{reading.untimed} without a time of their own · {len(reading.notes)} notes · "
        f"{len(reading.reported)} places not taken over"
    ]
    return "\n".join(lines + [say(notice) for notice in reading.warnings])
