"""The recording against time: waveform, phases, one lane a meaning, loop and playhead.

The waveform is painted once into a picture; a moving playhead repaints a narrow strip over it.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from coder.coding import REPAIR_KINDS, RUPTURE_KINDS, Family, Kind, Mark
from coder.segments import is_stretch, within
from coder.session import format_clock
from coder.ui.meanings import ink_of
from coder.ui.theme import Theme, color
from coder.ui.transport import BARE_KEYS
from coder.ui.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np

    from coder.recording import Peaks

LANES = ("precipitant", "withdrawal", "confrontation", "repair")
PROCESS = "process"  # a lane only where the scheme has such markers
_SHORTEST_MS = 5_000
_POINT = 8
_RIGHT = 26  # room for half of the last time

_FAMILY_LANES = {Family.WITHDRAWAL: ("withdrawal",), Family.CONFRONTATION: ("confrontation",)}


def lanes_of(mark: Mark) -> tuple[str, ...]:
    """The lanes a mark stands in: *both* stands in two, *unsure* spans the two families."""
    if mark.kind == Kind.PRECIPITANT:
        return ("precipitant",)
    if mark.kind in REPAIR_KINDS:
        return ("repair",)
    if mark.kind not in RUPTURE_KINDS:
        return (PROCESS,)
    return _FAMILY_LANES.get(mark.family or Family.UNSURE, ("withdrawal", "confrontation"))


class Timeline(QWidget):
    """A view of the session's clock. Wheel zooms, drag on the wave makes a loop, click seeks."""

    sought = Signal(int)
    chosen = Signal(object)
    looped = Signal(object)
    transport = Signal(str)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Timeline")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._workspace = workspace
        self.lanes: tuple[str, ...] = LANES
        self.theme = theme
        self._peaks: Peaks | None = None
        self._picture: QImage | None = None
        self._from, self._to = 0, 60_000
        self._whole = (0, 60_000)
        self.now_ms = 0
        self.loop: tuple[int, int] | None = None
        self._pressed: int | None = None
        self.loading: float | None = None
        self._measure()
        workspace.opened.connect(self._on_opened)
        workspace.changed.connect(lambda _change: self.update())
        workspace.retimed.connect(self.update)
        workspace.pointed.connect(lambda _mark: self.update())

    def sizeHint(self) -> QSize:
        """A strip along the bottom of the window."""
        return QSize(900, self.minimumHeight() + 50)

    def _measure(self) -> None:
        """Make room for the text at its size."""
        metrics = self.fontMetrics()
        self._lane = metrics.height() + 3
        self._axis = metrics.height() + 3
        self._left = metrics.horizontalAdvance("confrontation") + 22
        self.setMinimumHeight(len(self.lanes) * self._lane + self._axis + 50)

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew when the text changes its size."""
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange}:
            self._measure()
            self._repaint_wave()
        super().changeEvent(event)

    def show_peaks(self, peaks: "Peaks | None") -> None:
        """Show a recording's waveform; None while there is none."""
        self._peaks, self.loading = peaks, None
        self._repaint_wave()

    def show_loading(self, share: float) -> None:
        """Say how much of the recording has been read, 0 to 1."""
        self.loading = share
        self.update()

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.theme = theme
        self._repaint_wave()

    def show_now(self, at_ms: int) -> None:
        """Move the playhead; scroll along when it leaves the picture."""
        old, self.now_ms = self.now_ms, at_ms
        if not self._from <= at_ms <= self._to and self._whole[0] <= at_ms <= self._whole[1]:
            length = self._to - self._from
            self.show_span(at_ms - length // 10, at_ms - length // 10 + length)
            return
        for moment in (old, at_ms):
            self.update(QRect(self.x_of(moment) - 3, 0, 7, self.height()))

    def show_span(self, start_ms: int, end_ms: int) -> None:
        """Zoom to a part of the session, within the whole of it."""
        length = max(_SHORTEST_MS, min(end_ms - start_ms, self._whole[1] - self._whole[0]))
        start_ms = max(self._whole[0], min(start_ms, self._whole[1] - length))
        self._from, self._to = start_ms, start_ms + length
        self._repaint_wave()

    def x_of(self, at_ms: int) -> int:
        """Where a moment is, in pixels."""
        share = (at_ms - self._from) / (self._to - self._from)
        return self._left + round(share * (self.width() - self._left - _RIGHT))

    def ms_at(self, x: float) -> int:
        """The moment at a pixel."""
        share = (x - self._left) / max(1, self.width() - self._left - _RIGHT)
        return round(self._from + max(0.0, min(1.0, share)) * (self._to - self._from))

    def _on_opened(self) -> None:
        scheme = self._workspace.scheme
        processes = scheme is not None and any(m.kind == PROCESS for m in scheme.markers)
        self.lanes = (*LANES, PROCESS) if processes else LANES
        self._measure()
        recording, turns = self._workspace.recording, self._workspace.turns
        begins = [turn.start_ms for turn in turns if turn.start_ms is not None]
        ends = [turn.end_ms for turn in turns if turn.end_ms is not None]
        first = min(begins, default=0)
        last = max(begins + ends, default=first + 60_000)
        if recording is not None:
            first, last = recording.offset_ms, recording.offset_ms + recording.duration_ms
        self._whole = (first, max(last, first + _SHORTEST_MS))
        self._peaks, self.loop, self.now_ms = None, None, first
        self.show_span(*self._whole)

    # Painting

    def _wave_rect(self) -> QRect:
        wide = max(1, self.width() - self._left - _RIGHT)
        below = self._axis + self._lane * len(self.lanes) + 10
        return QRect(self._left, 4, wide, max(20, self.height() - below))

    def _repaint_wave(self) -> None:
        rect = self._wave_rect()
        self._picture = None
        if self._peaks is not None and self._workspace.recording is not None:
            offset = self._workspace.recording.offset_ms
            ratio = self.devicePixelRatioF()
            size = (max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio)))
            peaks = self._peaks.columns(self._from - offset, self._to - offset, size[0])
            self._picture = wave_picture(peaks, size[1], self.theme.wave, self.theme.window)
            self._picture.setDevicePixelRatio(ratio)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the wave anew for the new size."""
        self._repaint_wave()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, the lanes and the playhead over it."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), color(self.theme.window))
        wave = self._wave_rect()
        if self._picture is not None:
            painter.drawImage(wave.topLeft(), self._picture)
        else:
            self._say_why(painter, wave)
        self._paint_loop(painter, wave)
        self._paint_axis(painter, wave)
        self._paint_segments(painter)
        self._paint_lanes(painter, event.rect())
        self._paint_phases(painter, wave)
        painter.setPen(QPen(color(self.theme.accent), 2))
        x = self.x_of(self.now_ms)
        painter.drawLine(x, 2, x, self.height() - 2)

    def _say_why(self, painter: QPainter, wave: QRect) -> None:
        painter.setPen(color(self.theme.muted))
        text = "No recording" if self._workspace.session is not None else ""
        if self._workspace.recording is not None:
            share = self.loading
            text = "Reading the recording…" if share is None else f"Reading… {share:.0%}"
        painter.drawText(wave, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_loop(self, painter: QPainter, wave: QRect) -> None:
        if self.loop is not None:
            left, right = (self.x_of(each) for each in self.loop)
            tint = color(self.theme.accent)
            tint.setAlpha(40)
            painter.fillRect(QRect(left, wave.top(), right - left, wave.height()), tint)

    def _paint_axis(self, painter: QPainter, wave: QRect) -> None:
        painter.setPen(color(self.theme.muted))
        steps = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800)
        room = (self._to - self._from) / max(1, wave.width() // 90) / 1000
        step = next((each for each in steps if each >= room), 3600) * 1000
        first = -(-self._from // step) * step
        for at in range(first, self._to + 1, step):
            x = self.x_of(at)
            painter.drawLine(x, wave.bottom() + 1, x, wave.bottom() + 4)
            box = QRect(x - 40, wave.bottom() + 3, 80, self._axis - 4)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, format_clock(at))

    def _paint_lanes(self, painter: QPainter, dirty: QRect) -> None:
        tops = self._lane_tops()
        for lane, top in tops.items():
            painter.setPen(color(self.theme.muted))
            box = QRect(12, top, self._left - 16, self._lane)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, lane)
            painter.setPen(color(self.theme.line))
            painter.drawLine(
                self._left, top + self._lane - 1, self.width() - 8, top + self._lane - 1
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # A moving playhead repaints a strip: what lies elsewhere is not even measured.
        first, last = self.ms_at(dirty.left() - _POINT), self.ms_at(dirty.right() + _POINT)
        marks = self._workspace.marks.values()
        for mark in sorted(marks, key=lambda each: not is_stretch(each)):
            for box in self.boxes_of(mark, tops) if _between(mark, first, last) else ():
                ink = ink_of(self.theme, mark, self._workspace.marker_of(mark))
                chosen = mark.id == self._workspace.mark
                painter.setPen(QPen(QColor(ink.words), 2) if chosen else QPen(QColor(ink.solid)))
                # What is said of a whole segment does not hide what stands in it.
                light = mark.kind == Kind.FLAG or is_stretch(mark)
                painter.setBrush(QColor(ink.soft if light else ink.solid))
                painter.drawRoundedRect(box, 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def boxes_of(self, mark: Mark, tops: dict[str, int] | None = None) -> list[QRect]:
        """Where a mark is drawn: one box in each of its lanes, none without a time."""
        if mark.anchor is None or mark.anchor.start_ms is None:
            return []
        left, end = self.x_of(mark.anchor.start_ms), mark.anchor.end_ms
        right = left + _POINT if end is None else max(left + _POINT, self.x_of(end))
        if right < self._left or left > self.width():
            return []
        tops = tops or self._lane_tops()
        x, width = left if end is not None else left - _POINT // 2, right - left
        return [
            QRect(x, tops[lane] + 3, width, self._lane - 7)
            for lane in lanes_of(mark)
            if lane in tops
        ]

    def _lane_tops(self) -> dict[str, int]:
        first = self._wave_rect().bottom() + self._axis
        return {lane: first + number * self._lane for number, lane in enumerate(self.lanes)}

    def _paint_segments(self, painter: QPainter) -> None:
        """Draw where segments begin, as far as they stand apart at this zoom."""
        step = self._workspace.segment_ms
        if step is None or self.x_of(self._from + step) - self._left < _POINT:
            return
        painter.setPen(QPen(color(self.theme.line), 1))
        for at in within(step, (self._from, self._to)):
            if at > self._from:
                painter.drawLine(self.x_of(at), 4, self.x_of(at), self.height() - 2)

    def _paint_phases(self, painter: QPainter, wave: QRect) -> None:
        session = self._workspace.session
        if session is None:
            return
        phases = (("measure", session.measure_ms), ("feedback", session.feedback_ms))
        for line, (name, at) in enumerate(phases, start=1):
            if at is not None and self._from <= at <= self._to:
                x, down = self.x_of(at), line * self.fontMetrics().height()
                painter.setPen(QPen(color(self.theme.muted), 1, Qt.PenStyle.DashLine))
                painter.drawLine(x, wave.top(), x, self.height() - 2)
                painter.drawText(QPoint(x + 4, wave.top() + down - 3), name)

    # Hands

    def mark_at(self, where: QPoint) -> Mark | None:
        """The mark drawn at a point."""
        for mark in sorted(self._workspace.marks.values(), key=is_stretch):
            if any(box.adjusted(-2, -2, 2, 2).contains(where) for box in self.boxes_of(mark)):
                return mark
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click goes there; on a mark it also chooses the mark."""
        where = event.position().toPoint()
        mark = self.mark_at(where)
        if mark is not None:
            self.chosen.emit(mark)
            return
        self._pressed = self.ms_at(where.x())
        self.sought.emit(self._pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging over the wave makes a loop; resting on a mark names it."""
        where = event.position().toPoint()
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            here = self.ms_at(where.x())
            if abs(self.x_of(here) - self.x_of(self._pressed)) > _POINT:
                self.looped.emit((min(here, self._pressed), max(here, self._pressed)))
            return
        mark = self.mark_at(where)
        if mark is not None:
            # A label of the scheme, not the patient's words: tool tips may render HTML.
            QToolTip.showText(event.globalPosition().toPoint(), self._workspace.label(mark), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The drag is over."""
        self._pressed = None
        super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the moment under the pointer; sideways moves along."""
        turned, sideways = event.angleDelta().y(), event.angleDelta().x()
        length = self._to - self._from
        if sideways and abs(sideways) > abs(turned):
            by = -round(length * sideways / 1200)
            self.show_span(self._from + by, self._to + by)
            return
        here = self.ms_at(event.position().x())
        length = round(length * 0.8 ** (turned / 120))
        share = (here - self._from) / max(1, self._to - self._from)
        start = round(here - share * length)
        self.show_span(start, start + length)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom; the rest is the transport's."""
        middle, length = self.now_ms, self._to - self._from
        if event.key() in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.show_span(middle - length // 4, middle + length // 4)
        elif event.key() == Qt.Key.Key_Minus:
            self.show_span(middle - length, middle + length)
        else:
            arrows = {Qt.Key.Key_Left: "nudge_back", Qt.Key.Key_Right: "nudge_forward"}
            act = (BARE_KEYS | arrows).get(Qt.Key(event.key()))
            if act is None:
                super().keyPressEvent(event)
            else:
                self.transport.emit(act)


def _between(mark: Mark, first_ms: int, last_ms: int) -> bool:
    anchor = mark.anchor
    if anchor is None or anchor.start_ms is None or anchor.start_ms > last_ms:
        return False
    end = anchor.start_ms if anchor.end_ms is None else anchor.end_ms
    return end >= first_ms


def wave_picture(peaks: "np.ndarray", height: int, ink: str, ground: str) -> QImage:
    """Paint columns of minimum and maximum (width × 2, -1 to 1) into a picture."""
    import numpy as np  # the window opens without it

    rows = np.arange(height)[:, None]
    middle = (height - 1) / 2
    top = np.floor(middle - peaks[:, 1] * middle)[None, :]
    bottom = np.ceil(middle - peaks[:, 0] * middle)[None, :]
    filled = ((rows >= top) & (rows <= bottom)).astype(np.uint8)
    stride = -(-filled.shape[1] // 4) * 4
    padded = np.zeros((height, stride), dtype=np.uint8)
    padded[:, : filled.shape[1]] = filled
    picture = QImage(
        padded.tobytes(), filled.shape[1], height, stride, QImage.Format.Format_Indexed8
    )
    picture.setColorTable([QColor(ground).rgb(), QColor(ink).rgb()])
    return picture.copy()
