"""Playing from the keyboard: play, step, replay, loop, faster and slower."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from coder.session import Recording, Turn, format_clock
from coder.ui.player import RATES, Player
from coder.ui.workspace import Workspace

_STEP_MS, _NUDGE_MS = 5_000, 1_000
_PLAY, _PAUSE = "▶", "❚❚"
_BORDER = 30  # pixels around a sign

# The bare keys of transcript and timeline, and the acts they stand for.
BARE_KEYS = {
    Qt.Key.Key_Space: "play",
    Qt.Key.Key_K: "play",
    Qt.Key.Key_J: "back",
    Qt.Key.Key_L: "forward",
    Qt.Key.Key_Comma: "nudge_back",
    Qt.Key.Key_Period: "nudge_forward",
    Qt.Key.Key_BracketLeft: "loop_start",
    Qt.Key.Key_BracketRight: "loop_end",
}


class Transport(QWidget):
    """The player with its button, its clock and what it says of the sound."""

    looped = Signal(object)
    sought = Signal(int)
    said = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.player = Player(self)
        self.turn: Turn | None = None
        self.replaying: Turn | None = None
        self.play_button = QToolButton(self)
        self.play_button.setText(_PLAY)
        self.play_button.setAccessibleName("Play or pause")
        self.clock = QLabel("0:00", self)
        self.clock.setObjectName("title")
        self.about = QLabel(self)
        self.about.setObjectName("muted")
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 0)
        layout.addWidget(self.play_button)
        layout.addWidget(self.clock)
        layout.addWidget(self.about, 1)
        self.play_button.clicked.connect(self.play)
        self.player.moved.connect(
            lambda at_ms: self.clock.setText(format_clock(at_ms, tenths=True))
        )
        self.player.played.connect(
            lambda playing: self.play_button.setText(_PAUSE if playing else _PLAY)
        )
        self.player.rated.connect(lambda _rate: self._tell())
        self.player.failed.connect(
            lambda why: self.about.setText(f"The recording cannot be played: {why}")
        )
        self._measure()
        self._kept: Recording | None = None
        self._found: Path | None = None
        self._session = False

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew when the text changes its size."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange}:
            self._measure()

    def _measure(self) -> None:
        """Make the button as wide as the wider of its two signs, so that it does not jump."""
        wide = max(self.fontMetrics().horizontalAdvance(sign) for sign in (_PLAY, _PAUSE))
        self.play_button.setFixedWidth(wide + _BORDER)

    def open(self, kept: Recording | None, found: Path | None, *, session: bool = True) -> None:
        """Load a session's recording; ``found`` is where its file is now, if anywhere."""
        self._kept, self._found, self._session = kept, found, session
        if kept is None or found is None:
            self.player.open(None)
        else:
            self.player.open(found, kept.offset_ms, kept.duration_ms)
        self._tell()

    @property
    def ready(self) -> bool:
        """Whether there is a recording where it should be."""
        return self._kept is not None and self._found is not None

    def _tell(self) -> None:
        kept = self._kept
        if kept is None:
            told = "no recording: marks stand on turns" if self._session else "no session open"
        elif self._found is None:
            told = "the recording is not where it was: Play, Find the recording…"
        else:
            told = f"/ {format_clock(kept.offset_ms + kept.duration_ms)}   {self.player.rate:g}×"
            told += "" if self.player.has_device() else "   no sound device: silent"
            told += "   loop" if self.player.loop else ""
        self.about.setText(told)

    def set_loop(self, span: tuple[int, int] | None) -> None:
        """Play a span over and over; None plays on."""
        self.player.loop = span
        self.looped.emit(span)
        self._tell()

    def play(self) -> None:
        """Play, a little before where it was paused; or pause."""
        if self.player.playing:
            self.player.pause()
        elif self._found is None:
            self.said.emit("There is no recording to play.")
        else:
            self.replaying = None
            self.player.seek(self.player.now_ms - self.workspace.settings.step_back_ms)
            self.player.play()

    def play_turn(self, turn: Turn) -> None:
        """Play one turn to its end."""
        if turn.start_ms is None:
            self.said.emit("This turn has no time.")
        elif self._holds(turn.start_ms):
            self.replaying = turn
            self.player.play_span(turn.start_ms, turn.end_ms)

    def _holds(self, at_ms: int) -> bool:
        """Tell whether a moment is in the recording, and say so when it is not."""
        kept = self._kept
        inside = kept is not None and 0 <= at_ms - kept.offset_ms < kept.duration_ms
        if not inside or self._found is None:
            self.said.emit(f"The recording does not hold {format_clock(at_ms)}.")
        return inside and self._found is not None

    def go(self, at_ms: int) -> None:
        """Go to a moment by hand; what was being replayed is over."""
        self.replaying = None
        self.player.play_on()
        self.player.seek(at_ms)
        self.sought.emit(self.player.now_ms)

    def replay(self) -> None:
        """Play the turn that is chosen."""
        if self.turn is not None:
            self.play_turn(self.turn)

    def play_moment(self, at_ms: int) -> None:
        """Play from a little before a moment."""
        if self._holds(at_ms):
            self.replaying = None
            self.player.play_span(at_ms - self.workspace.settings.lead_in_ms, None)

    def play_stretch(self, start_ms: int, end_ms: int) -> None:
        """Play from one moment to another, or as much of it as was recorded."""
        kept = self._kept
        start_ms = start_ms if kept is None else max(start_ms, kept.offset_ms)
        if self._holds(start_ms):
            self.replaying = None
            self.player.play_span(start_ms, end_ms)

    def back(self) -> None:
        """Go back 5 s."""
        self.go(self.player.now_ms - _STEP_MS)

    def forward(self) -> None:
        """Go forward 5 s."""
        self.go(self.player.now_ms + _STEP_MS)

    def nudge_back(self) -> None:
        """Go back 1 s."""
        self.go(self.player.now_ms - _NUDGE_MS)

    def nudge_forward(self) -> None:
        """Go forward 1 s."""
        self.go(self.player.now_ms + _NUDGE_MS)

    def slower(self) -> None:
        """Play slower."""
        slower = [rate for rate in RATES if rate < self.player.rate]
        self.player.set_rate(slower[-1] if slower else RATES[0])

    def faster(self) -> None:
        """Play faster."""
        self.player.set_rate(next((r for r in RATES if r > self.player.rate), RATES[-1]))

    def loop_start(self) -> None:
        """Loop from here, to the end of the loop or 10 s on."""
        now, loop = self.player.now_ms, self.player.loop
        end = loop[1] if loop is not None and loop[1] > now else now + 2 * _STEP_MS
        self.set_loop((now, end))

    def loop_end(self) -> None:
        """Loop to here, from the start of the loop or 10 s before."""
        now, loop = self.player.now_ms, self.player.loop
        start = loop[0] if loop is not None and loop[0] < now else now - 2 * _STEP_MS
        self.set_loop((max(0, start), now))

    def loop_off(self) -> None:
        """Play on without a loop."""
        self.set_loop(None)
