"""Play a recording on the session clock.

``position()`` of Qt's player moves only 10 to 20 times a second, so the playhead is extrapolated
between its signals, and the end of a turn or a loop is a precise timer. The player works, in
silence, where there is no sound device.
"""

from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer

RATES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
_FRAME_MS = 16


class Player(QObject):
    """One recording. Every time that goes in or comes out is on the session clock (ms)."""

    moved = Signal(int)
    played = Signal(bool)
    rated = Signal(float)
    failed = Signal(str)
    _ended = Signal()
    _sourced = Signal(QUrl)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = QMediaPlayer(self)
        # Without an output the end of the media is never reported.
        self._player.setAudioOutput(QAudioOutput(self))
        self._offset = 0
        self._duration = 0
        self._loaded = False
        self._eager = False  # asked to play before there was anything to
        self._pending = 0  # media that were asked for and are not yet set
        self._wanted: int | None = None
        self._stop_at: int | None = None
        self.loop: tuple[int, int] | None = None
        self._since = QElapsedTimer()
        self._base = 0
        self._frame = QTimer(self)
        self._frame.setInterval(_FRAME_MS)
        self._frame.timeout.connect(self._on_frame)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setTimerType(Qt.TimerType.PreciseTimer)
        self._end.timeout.connect(self._on_end)
        # Never called from Python: they wait for the decoder's thread, which, taking its leave of a
        # Python object, waits for the interpreter's lock. The event loop holds no such lock.
        queued = Qt.ConnectionType.QueuedConnection
        self._ended.connect(self._player.stop, queued)
        self._sourced.connect(self._player.setSource, queued)
        self._sourced.connect(self._on_sourced, queued)
        self._player.mediaStatusChanged.connect(self._on_status)
        self._player.positionChanged.connect(self._on_position)
        self._player.playbackStateChanged.connect(self._on_state)
        self._player.errorOccurred.connect(lambda _code, text: self.failed.emit(text))

    def open(self, path: Path | None, offset_ms: int = 0, duration_ms: int = 0) -> None:
        """Load a recording whose first moment is ``offset_ms``; None closes it."""
        self._ended.emit()
        self._loaded = self._eager = False
        self._offset, self._duration = offset_ms, duration_ms
        self._wanted, self._stop_at, self.loop = None, None, None
        self._base = 0
        self._pending += 1
        self._sourced.emit(QUrl() if path is None else QUrl.fromLocalFile(str(path)))

    def has_device(self) -> bool:
        """Tell whether there is anything to hear with."""
        return bool(QMediaDevices.audioOutputs())

    @property
    def now_ms(self) -> int:
        """The moment being heard."""
        return self._offset + self._media_ms()

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._player.playbackState() == QMediaPlayer.PlaybackState.PlayingState

    @property
    def rate(self) -> float:
        """How fast it plays; the pitch stays."""
        return self._player.playbackRate()

    def play(self, until_ms: int | None = None) -> None:
        """Play on, to ``until_ms`` if given; before the media is loaded, as soon as it is."""
        self._stop_at = until_ms
        if self._loaded:
            self._player.play()
        else:
            self._eager = True

    def pause(self) -> None:
        """Stop where it is."""
        here = self._media_ms()
        self._eager = False
        self._player.pause()
        self._base = here
        self._end.stop()

    def seek(self, at_ms: int) -> None:
        """Go to a moment; a seek before the media is loaded waits for it."""
        media = max(0, min(at_ms - self._offset, self._duration))
        self._base = media
        self._since.restart()
        if self._loaded:
            self._player.setPosition(media)
        else:
            self._wanted = media
        self._arm()
        self.moved.emit(self.now_ms)

    def play_span(self, start_ms: int, end_ms: int | None) -> None:
        """Play from one moment to another, or on."""
        self.seek(start_ms)
        self.play(end_ms)
        self._arm()

    def play_on(self) -> None:
        """Forget the end of a span that is being played."""
        self._stop_at = None
        self._arm()

    def set_rate(self, rate: float) -> None:
        """Play faster or slower at true pitch."""
        self._base = self._media_ms()
        self._since.restart()
        self._player.setPlaybackRate(rate)
        self._arm()
        self.rated.emit(rate)

    def _media_ms(self) -> int:
        here = self._base
        if self.playing and self._since.isValid():
            here += round(self._since.elapsed() * self.rate)
        return max(0, min(here, self._duration)) if self._duration else max(0, here)

    def _arm(self) -> None:
        """Set the timer for the end of the span or the loop."""
        self._end.stop()
        end = self._stop_at if self._stop_at is not None or not self.loop else self.loop[1]
        if self.playing and end is not None and end >= self.now_ms:
            self._end.start(max(0, round((end - self.now_ms) / self.rate)))

    def _on_frame(self) -> None:
        self.moved.emit(self.now_ms)

    def _on_end(self) -> None:
        if self.loop is not None and self._stop_at is None:
            self.seek(self.loop[0])
            return
        end, self._stop_at = self._stop_at, None
        self.pause()
        if end is not None:
            self.seek(end)

    def _on_position(self, media: int) -> None:
        if self._wanted is None and self.playing:
            self._base = media
            self._since.restart()

    def _on_state(self) -> None:
        if self.playing:
            self._since.restart()
            self._frame.start()
            self._arm()
        else:
            self._frame.stop()
            self._end.stop()
        self.played.emit(self.playing)
        self.moved.emit(self.now_ms)

    def _on_sourced(self, _url: QUrl) -> None:
        """What was asked for last is set: it may be loaded already, as the same media is."""
        self._pending -= 1
        if not self._pending and not self._loaded:
            self._on_status(self._player.mediaStatus())

    def _on_status(self, status: QMediaPlayer.MediaStatus) -> None:
        if self._pending:
            return  # of media that is to be put away
        if (
            status
            in {
                QMediaPlayer.MediaStatus.LoadedMedia,
                QMediaPlayer.MediaStatus.BufferedMedia,
            }
            and not self._loaded
        ):
            self._loaded = True
            if not self._duration:
                self._duration = self._player.duration()
            if self._wanted is not None:
                self._player.setPosition(self._wanted)
                self._base, self._wanted = self._wanted, None
            if self._eager:
                self._eager = False
                self._player.play()
        elif status == QMediaPlayer.MediaStatus.EndOfMedia:
            self._base = self._duration
        elif status == QMediaPlayer.MediaStatus.InvalidMedia:
            self.failed.emit(self._player.errorString())
