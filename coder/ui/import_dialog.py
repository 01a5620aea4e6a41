"""Import a session: what would come in is shown before anything is written."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QPushButton,
    QWidget,
)

from coder import imports, transcripts
from coder.errors import CoderError
from coder.session import parse_clock
from coder.transcripts import Options, Reading
from coder.transcripts.names import Pseudonyms
from coder.ui import dialogs
from coder.ui.import_file import MEDIA, SOUNDS, Found, read, summary
from coder.ui.import_form import ImportForm
from coder.ui.tasks import Task, Tasks
from coder.words import say

_NO_FILE, _NO_SOUND, _OWN = "choose or drop one", "no recording", "this file’s own"
_NARROW = 110  # characters across, below which names of fields stand above them
_SHARE = 0.42  # of the height at most for what was found and whose the labels are


def kinds() -> str:
    """The files a transcript may lie in, for the dialog that asks for one."""
    every = dict.fromkeys(suffix for each in transcripts.FORMATS for suffix in each.suffixes)
    return f"Transcripts (*{' *'.join(every)});;All files (*)"


class ImportDialog(ImportForm):
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
        super().__init__(parent, version=version_of is not None)
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
        self._bare: tuple[Options, tuple[str, ...]] | None = None  # the labels of a file itself
        self._connect()

    def _connect(self) -> None:
        self.asked.connect(lambda what: getattr(self, what)())
        self.choices.touched.connect(self._on_touched)
        self.choices.changed.connect(self._again)
        self.roles.changed.connect(self.choices.touch)
        self.preview.names_changed.connect(self._again)
        self.go.setEnabled(False)
        self.go.setToolTip("Ctrl+Enter")
        self.go.clicked.connect(self._on_accept)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.go.click)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(lambda _how: self._stop())
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter ends a field or a cell, and imports nothing

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
        path = dialogs.ask_open(self, "The transcript whose times to take", kinds())
        if path is not None:
            self.other = path
            self._times.name(path)
            self._again()

    def own_times(self) -> None:
        """Take no other file’s times."""
        if self.other is not None:
            self.other = None
            self._times.name(None)
            self._again()

    def take_sound(self, path: Path) -> None:
        """Import this recording with the transcript."""
        self.media = path
        self._sound.name(path)

    def no_sound(self) -> None:
        """Import no recording."""
        self.media = None
        self._sound.name(None)

    # What is dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a transcript or a recording that is dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell a recording from a transcript by its ending; of each there is one."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls()]
        sounds = [path for path in paths if path.suffix.lower() in SOUNDS]
        files = [path for path in paths if path not in sounds]
        problem = ""
        if len(files) > 1 or len(sounds) > 1:
            problem = "Drop one transcript, and one recording of it. Several at once are imported "
            problem += "with “Import a folder…” (Study menu)."
        elif sounds and self.version_of is not None:
            problem = "Another transcript keeps the session’s recording: drop the transcript alone."
        if problem:
            QTimer.singleShot(0, lambda: dialogs.tell(self, problem))  # whoever drops need not wait
            return
        for path in sounds:
            self.take_sound(path)
        for path in files:
            self.inspect(path)

    # What is in the file

    def inspect(self, path: Path) -> None:
        """Show what an import would make of a transcript."""
        if path != self.path:
            self._bare = None
            self.roles.forget()
            self.choices.offer(None)
            self.preview.forget()
        self.path = path
        self._file.name(path)
        self._again()

    def _on_touched(self) -> None:
        """Import nothing that was not shown."""
        self._stop()
        self.go.setEnabled(False)

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
        bare = dataclasses.replace(options, names=(), roles={})
        known = self._bare[1] if self._bare is not None and self._bare[0] == bare else None

        def then(found: Found | None) -> None:
            if found is not None and self._reading is task:
                self._reading = None
                self._bare = bare, found.labels
                self._show(found, options)

        def failed(fault: BaseException) -> None:
            if self._reading is not task:
                return
            self._reading = None
            if isinstance(fault, CoderError):
                self._show_refused(fault)
            else:
                dialogs.show_error(self, fault)

        def work(asked: Task) -> Found | None:
            return read(path, other, options, known, asked)

        task = self._reading = self._tasks.run(work, then, failed)

    def _show_refused(self, told: CoderError) -> None:
        self.reading = None
        said = say(told)
        if self.path is not None:
            said = said.replace(str(self.path), self.path.name)
        self.found.setText(said)
        self.preview.show_reading(None)
        self._fit()
        self.shown.emit()

    def _show(self, found: Found, options: Options) -> None:
        reading = self.reading = found.reading
        self.go.setEnabled(True)
        self.found.setText(summary(reading))
        put = Pseudonyms(options.names).put
        self.roles.show_reading(reading, {label: put(label) for label in found.labels})
        self.choices.offer(reading)
        self.preview.show_reading(reading, found.names)
        self._order()
        self._fit()
        self.shown.emit()

    def options(self) -> Options:
        """How the file is to be read. Raises CoderError for a field that cannot be read."""
        return self.choices.options(self.roles.chosen(), self.preview.names.pairs())

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

    def reject(self) -> None:
        """Close, but not over what was typed without asking."""
        question = "The names and choices made for this import are lost."
        if not self._given() or dialogs.confirm(self, question, "Close without importing"):
            super().reject()

    def _given(self) -> bool:
        try:
            chosen = self.options() != Options()
        except CoderError:
            chosen = True
        return chosen or self.preview.names.given()

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
