"""The file of an import: named, read away from the window, and summed up."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from coder import transcripts
from coder.errors import Stopped
from coder.session import format_clock
from coder.transcripts import Candidate, Options, Reading
from coder.ui.import_preview import counted, tip
from coder.ui.tasks import Task
from coder.words import say

SOUNDS = (
    ".wav", ".mp3", ".m4a", ".ogg", ".opus", ".flac", ".aac", ".wma", ".mp4", ".mov", ".mkv",
)  # fmt: skip
MEDIA = f"Recordings (*{' *'.join(SOUNDS)});;All files (*)"


@dataclass(frozen=True, slots=True)
class Found:
    """A reading, what may be names in it, and the labels of the file itself."""

    reading: Reading
    names: tuple[Candidate, ...]
    labels: tuple[str, ...]


def read(
    path: Path, other: Path | None, options: Options, labels: tuple[str, ...] | None, task: Task
) -> Found | None:
    """Read a file, with the times of another if one is given; None when nobody waits any longer.

    ``labels`` are those of the file itself where they are known.
    """
    try:
        reading = transcripts.inspect(path, options, task.stopped)
        if labels is None and not options.names:
            labels = tuple(reading.speakers)
        elif labels is None:
            bare = replace(options, names=())
            labels = tuple(transcripts.inspect(path, bare, task.stopped).speakers)
        if other is not None:
            given = transcripts.inspect(other, Options(roles=options.roles), task.stopped)
            reading = transcripts.timed_by(reading, given)
    except Stopped:
        return None
    return Found(reading, transcripts.candidates(reading), labels)


def summary(reading: Reading) -> str:
    """Say in a few lines what was found, and what will not come along."""
    span = "no times"
    if reading.first_ms is not None and reading.last_ms is not None:
        span = f"{format_clock(reading.first_ms)} to {format_clock(reading.last_ms)}"
    lines = [
        f"{reading.format}, {reading.encoding} · {counted(len(reading.turns), 'turn')} · {span} · "
        f"{reading.untimed} without a time of their own · {counted(len(reading.notes), 'note')} · "
        f"{counted(len(reading.reported), 'place')} not taken over"
    ]
    lines += [f"“{each.put}” put {counted(each.count, 'time')}" for each in reading.replaced]
    return "\n".join(lines + [say(notice) for notice in reading.warnings])


class Named(QLabel):
    """Names the file chosen, or says that there is none; a long name is cut in its midst."""

    def __init__(self, none: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._none = none
        self._clear: QPushButton | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(none)

    def clear_with(self, button: QPushButton) -> None:
        """Show this button only while there is something to clear."""
        self._clear = button
        button.hide()

    def name(self, path: Path | None) -> None:
        """Show the name of a file, or that there is none."""
        self.setText(self._none if path is None else path.name)
        self.setToolTip("" if path is None else tip(path.name))
        if self._clear is not None:
            self._clear.setVisible(path is not None)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much of the name as there is room for."""
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, self.width()
        )
        with QPainter(self) as painter:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)
