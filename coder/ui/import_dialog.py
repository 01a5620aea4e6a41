"""Import a session: what would come in is shown before anything is written."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from coder import imports, transcripts
from coder.errors import CoderError, Stopped
from coder.session import Role, format_clock, parse_clock
from coder.transcripts import Candidate, Options, Reading
from coder.ui import dialogs
from coder.ui.import_choices import ImportChoices
from coder.ui.import_preview import ImportPreview
from coder.ui.tasks import Task, Tasks
from coder.words import say

SOUNDS = (
    ".wav", ".mp3", ".m4a", ".ogg", ".opus", ".flac", ".aac", ".wma", ".mp4", ".mov", ".mkv",
)  # fmt: skip
MEDIA = f"Recordings (*{' *'.join(SOUNDS)});;All files (*)"
_ROLES = ((Role.PATIENT, "patient"), (Role.THERAPIST, "therapist"), (Role.OTHER, "someone else"))
_SAMPLE, _SAMPLES = 60, 2  # characters of a sample line, and lines of a speaker
_MOST_LABELS = 60  # more labels than people can speak in a session are no labels

Found = tuple[Reading, tuple[Candidate, ...]]


def kinds() -> str:
    """The files a transcript may lie in, for the dialog that asks for one."""
    every = dict.fromkeys(suffix for each in transcripts.FORMATS for suffix in each.suffixes)
    return f"Transcripts (*{' *'.join(every)});;All files (*)"


class ImportDialog(QDialog):
    """Ask where a transcript belongs, whose its labels are, and how it is to be read.

    With ``version_of`` another version of that session’s transcript is imported.
    """

    shown = Signal()

    def __init__(
        self,
        tasks: Tasks,
        parent: QWidget | None = None,
        known: Sequence[str] = (),
        version_of: str | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._known = {address.casefold() for address in known}
        self._reading: Task | None = None
        self.version_of = version_of
        self.setWindowTitle(
            "Import session" if version_of is None else f"Another transcript of {version_of}"
        )
        self.resize(1080, 760)
        self.setAcceptDrops(True)
        self.path: Path | None = None
        self.other: Path | None = None
        self.reading: Reading | None = None
        self.media: Path | None = None
        self.participant, self.number = QLineEdit(self), QLineEdit(self)
        self.clock = QLineEdit("0:00", self)
        self.clock.setToolTip("Session time of the recording’s first moment: h:mm:ss or m:ss")
        self.base = QComboBox(self)
        self.base.setMinimumContentsLength(14)
        self.base.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.base.addItems(["on the session clock, as written", "from the recording’s start"])
        self._file = self._plain("No transcript chosen: choose one, or drop it here")
        self._sound, self._times = self._plain("No recording"), self._plain("this file’s own")
        self.found = self._plain("")
        self.found.setObjectName("banner")
        self._roles = QGridLayout()
        self.role_of: dict[str, QComboBox] = {}
        self.choices = ImportChoices(self)
        self.preview = ImportPreview(self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = self.buttons.addButton("Import", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setEnabled(False)
        self._lay_out()
        self.choices.changed.connect(self._again)
        self.preview.names_changed.connect(self._again)
        self.buttons.accepted.connect(self._on_accept)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(lambda _how: self._stop())

    def _plain(self, text: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        label.setWordWrap(True)
        return label

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("Transcript", self._with_button(self._file, self._ask_transcript))
        if self.version_of is None:
            form.addRow("Recording", self._with_button(self._sound, self._ask_media))
            who = QHBoxLayout()
            who.addWidget(self.participant)
            who.addWidget(QLabel("Session", self))
            who.addWidget(self.number)
            form.addRow("Participant", who)
            form.addRow("Recording begins at", self.clock)
        form.addRow("Times in the file count", self.base)
        form.addRow("Times come from", self._with_button(self._times, self._ask_other))
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.addLayout(form)
        column.addSpacing(8)
        column.addWidget(self.choices)
        column.addStretch(1)
        scrolled = QScrollArea(self)
        scrolled.setWidget(left)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QScrollArea.Shape.NoFrame)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setMinimumWidth(left.minimumSizeHint().width() + 18)
        right = QWidget(self)
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.found)
        speakers = QWidget(self)
        speakers.setLayout(self._roles)
        self._who = QScrollArea(self)
        self._who.setWidget(speakers)
        self._who.setWidgetResizable(True)
        self._who.setFrameShape(QScrollArea.Shape.NoFrame)
        self._who.setMinimumHeight(96)
        self._who.setMaximumHeight(200)
        beside.addWidget(self._who, 0)
        beside.addWidget(self.preview, 1)
        across = QSplitter(Qt.Orientation.Horizontal, self)
        across.addWidget(scrolled)
        across.addWidget(right)
        across.setStretchFactor(1, 1)
        across.setSizes([400, 680])
        layout = QVBoxLayout(self)
        layout.addWidget(across, 1)
        layout.addWidget(self.buttons)

    def _with_button(self, label: QLabel, ask: object) -> QHBoxLayout:
        row = QHBoxLayout()
        button = QPushButton("Choose…", self)
        button.clicked.connect(ask)
        row.addWidget(label, 1)
        row.addWidget(button)
        return row

    def _ask_transcript(self) -> None:
        path = dialogs.ask_open(self, "Transcript", kinds())
        if path is not None:
            self.inspect(path)

    def _ask_media(self) -> None:
        path = dialogs.ask_open(self, "Recording", MEDIA)
        if path is not None:
            self.take_sound(path)

    def _ask_other(self) -> None:
        """The words of this file, the times of another export of the same recording."""
        self.other = dialogs.ask_open(self, "The transcript whose times to take", kinds())
        self._times.setText("this file’s own" if self.other is None else self.other.name)
        self._again()

    def take_sound(self, path: Path) -> None:
        """Import this recording with the transcript."""
        self.media = path
        self._sound.setText(path.name)

    # What is dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a transcript or a recording that is dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell a recording from a transcript by its ending."""
        for url in event.mimeData().urls():
            path = Path(url.toLocalFile())
            if path.suffix.lower() not in SOUNDS:
                self.inspect(path)
            elif self.version_of is None:
                self.take_sound(path)

    # What is in the file

    def inspect(self, path: Path) -> None:
        """Show what an import would make of a transcript."""
        if path != self.path:
            self._ask_roles(None)
            self.choices.offer(None)
        self.path = path
        self._file.setText(path.name)
        self._again()

    def _stop(self) -> None:
        if self._reading is not None:
            self._reading.stop()
            self._reading = None

    def _again(self) -> None:
        """Read the file with the choices as they are now, away from the window."""
        self._stop()
        path, other = self.path, self.other
        self.go.setEnabled(False)
        if path is None:
            return
        try:
            options = self.options()
        except CoderError as told:
            self._show_refused(told)
            return
        self.found.setText(f"Reading {path.name}…")

        def then(found: Found | None) -> None:
            if found is not None and self._reading is task:
                self._reading = None
                self._show(*found)

        def failed(fault: BaseException) -> None:
            if self._reading is not task:
                return
            self._reading = None
            if isinstance(fault, CoderError):
                self._show_refused(fault)
            else:
                dialogs.show_error(self, fault)

        def work(asked: Task) -> Found | None:
            return _read(path, other, options, asked)

        task = self._reading = self._tasks.run(work, then, failed)

    def _show_refused(self, told: CoderError) -> None:
        self.reading = None
        self.found.setText(say(told))
        self.preview.show_reading(None)
        self.shown.emit()

    def _show(self, reading: Reading, names: tuple[Candidate, ...]) -> None:
        self.reading = reading
        self.go.setEnabled(True)
        self.found.setText(summary(reading))
        self._ask_roles(reading)
        self.choices.offer(reading)
        self.preview.show_reading(reading, names)
        self.shown.emit()

    def _ask_roles(self, reading: Reading | None) -> None:
        """Ask whose each label is; what was said already stays."""
        said = {label: box.currentData() for label, box in self.role_of.items()}
        while (item := self._roles.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.role_of = {}
        speakers = {} if reading is None else reading.speakers
        for row, (label, count) in enumerate([*speakers.items()][:_MOST_LABELS]):
            assert reading is not None  # noqa: S101 - there are speakers
            lines = [turn.text for turn in reading.turns if turn.label == label]
            sample = self._plain(
                "“" + "” “".join(text[:_SAMPLE] for text in lines[:_SAMPLES]) + "”"
            )
            sample.setWordWrap(False)
            sample.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            box = QComboBox(self)
            box.setAccessibleName(f"Who is {label}")
            for role, name in _ROLES:
                box.addItem(name, role)
            guess = said.get(label, reading.roles.get(label, Role.OTHER))
            box.setCurrentIndex(box.findData(guess))
            self._roles.addWidget(self._plain(f"{label or '(no label)'} · {count} turns"), row, 0)
            self._roles.addWidget(box, row, 1)
            self._roles.addWidget(sample, row, 2)
            self.role_of[label] = box
        self._roles.setColumnStretch(2, 1)

    def options(self) -> Options:
        """How the file is to be read. Raises CoderError for a field that cannot be read."""
        return self.choices.options(self._chosen_roles(), self.preview.names.pairs())

    def _chosen_roles(self) -> dict[str, Role]:
        return {label: Role(box.currentData()) for label, box in self.role_of.items() if label}

    def request(self) -> imports.Request:
        """What was asked for. Raises CoderError for a clock start that is no time."""
        participant, number = self.participant.text(), self.number.text()
        if self.version_of is not None:
            participant, _, number = self.version_of.partition("/")
        return imports.Request(
            participant,
            number,
            self.media,
            parse_clock(self.clock.text()),
            from_recording=self.base.currentIndex() == 1,
            options=self.options(),
            new_version=self.version_of is not None,
            times_from=self.other,
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
        if self.version_of is None and address.casefold() in self._known:
            dialogs.tell(
                self,
                f"Session {address} is in the study already: give another number, or import this "
                "as another version of its transcript (Study menu).",
            )
            return
        self.accept()


def _read(path: Path, other: Path | None, options: Options, task: Task) -> Found | None:
    """Read a file, with the times of another if one is given; None when nobody waits any longer."""
    try:
        reading = transcripts.inspect(path, options, task.stopped)
        if other is not None:
            given = transcripts.inspect(other, Options(roles=options.roles), task.stopped)
            reading = transcripts.timed_by(reading, given)
    except Stopped:
        return None
    return reading, transcripts.candidates(reading)


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
    lines += [f"“{each.put}” put {each.count} times" for each in reading.replaced]
    return "\n".join(lines + [say(notice) for notice in reading.warnings])
