"""A session's recording and its waveform, loaded when the session is opened."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from coder import imports, recording
from coder.errors import Stopped
from coder.session import Recording
from coder.ui.tasks import Task
from coder.ui.timeline import Timeline
from coder.ui.transport import Transport
from coder.ui.workspace import Workspace

if TYPE_CHECKING:
    from coder.recording import Peaks


class Loading(QObject):
    """Gives the transport the file and the timeline its waveform, away from the window."""

    def __init__(
        self, workspace: Workspace, transport: Transport, timeline: Timeline, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._transport = transport
        self._timeline = timeline
        self._reading: Task | None = None

    def open(self) -> None:
        """Load the recording; one that moved is looked for away from the window."""
        if self._reading is not None:
            self._reading.stop()
            self._reading = None
        study, kept = self._workspace.study, self._workspace.recording
        if study is None or kept is None:
            self._transport.open(None, None, session=self._workspace.session is not None)
            return
        if imports.is_in_place(study, kept):
            self._load(kept, study.media(kept))
            return
        self._transport.open(kept, None)
        self._workspace.tasks.run(
            lambda _task: imports.find_media(study, kept),
            lambda found: self._load(kept, found),
            self._workspace.failed.emit,
        )

    def _load(self, kept: Recording, found: Path | None) -> None:
        if found is not None and self._workspace.recording == kept:
            player = self._transport.player
            at_ms = player.now_ms
            self._transport.open(kept, found)
            player.seek(max(at_ms, kept.offset_ms))
            self._read_peaks(kept, found)

    def _read_peaks(self, kept: Recording, path: Path) -> None:
        """Read the waveform away from the window; keep it beside an unencrypted study."""
        study = self._workspace.study
        assert study is not None  # noqa: S101 - there is a recording
        folder = study.path.with_name(f"{study.path.stem}.peaks")
        cache = None if study.encrypted else folder / f"{kept.sha256[:32]}.npz"

        def read(task: Task) -> "Peaks | None":
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

        def show(peaks: "Peaks | None") -> None:
            if peaks is not None and self._workspace.recording == kept:
                self._timeline.show_peaks(peaks)
                self._reading = None

        self._reading = self._workspace.tasks.run(read, show, self._workspace.failed.emit)
        self._reading.progressed.connect(self._timeline.show_loading)
