"""A chart on screen in its theme, read by pointing or by key; and kept as a picture.

A picture is drawn in light colours, with its title, its unit and its counts.
"""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPaintDevice,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QWidget

from coder.errors import CoderError
from coder.ui import dialogs
from coder.ui.agree_table import tabular
from coder.ui.charts import Chart, Spot
from coder.ui.leaving import Leave
from coder.ui.theme import LIGHT, Theme, color

KINDS = "PNG (*.png);;SVG (*.svg)"
_SAVED = QSize(1000, 560)
_SHARP = 2  # a saved png has twice the pixels


def paint_picture(chart: Chart, painter: QPainter, size: QSize) -> None:
    """Draw a chart to be kept: in light colours, with its title, unit and counts."""
    font = QFont(QApplication.font())
    font.setPixelSize(15)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), color(LIGHT.surface))
    bold = QFont(font)
    bold.setBold(True)
    painter.setFont(bold)
    painter.setPen(color(LIGHT.text))
    line = QFontMetricsF(font).height()
    whole = QRectF(24, 18, size.width() - 48, size.height() - 36)
    painter.drawText(whole, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, chart.title)
    painter.setFont(font)
    painter.setPen(color(LIGHT.muted))
    foot = Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
    for told in (chart.about, chart.legend):
        painter.drawText(whole, foot, told)
        whole.adjust(0, 0, 0, -_height(told, font, whole.width()) - line / 2)
    painter.setFont(tabular(font))
    painter.translate(24, 0)
    area = QRectF(0, 18 + 1.8 * line, whole.width(), whole.height() - 1.8 * line)
    chart.draw(painter, area, LIGHT)


def _height(told: str, font: QFont, width: float) -> float:
    """How tall words are at a width."""
    room = QRectF(0, 0, width, 10_000)
    return QFontMetricsF(font).boundingRect(room, Qt.TextFlag.TextWordWrap, told).height()


def picture(chart: Chart, kind: str) -> bytes:
    """A chart as the bytes of a png or an svg."""
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    font = QFont(QApplication.font())
    font.setPixelSize(15)
    least = chart.least(QFontMetricsF(font))
    wide = max(_SAVED.width(), least.width() + 60)
    told = sum(_height(each, font, wide - 48) for each in (chart.about, chart.legend))
    size = QSize(wide, max(_SAVED.height(), least.height() + 120 + int(told)))
    if kind == ".svg":
        from PySide6.QtSvg import QSvgGenerator

        drawn = QSvgGenerator()
        drawn.setOutputDevice(held)
        drawn.setSize(size)
        drawn.setViewBox(QRectF(0, 0, size.width(), size.height()))
        drawn.setTitle(chart.title)
        drawn.setDescription(chart.about)
        _paint_on(drawn, chart, size)
    else:
        image = QImage(size * _SHARP, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(_SHARP)
        _paint_on(image, chart, size)
        image.save(held, "PNG")  # type: ignore[call-overload] # PySide’s stub wants bytes, Qt a name
    return bytes(held.data().data())


def _paint_on(device: QPaintDevice, chart: Chart, size: QSize) -> None:
    painter = QPainter(device)
    paint_picture(chart, painter, size)
    painter.end()


def save(chart: Chart, path: Path) -> list[Path]:
    """Write a chart beside, then in place of what was there. Raises CoderError."""
    beside = path.with_name(f".{path.name[:40]}.new")  # a name may be as long as the disk allows
    try:
        beside.write_bytes(picture(chart, path.suffix.casefold()))
        beside.replace(path)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise CoderError("export_unwritable", path=path, why=fault.strerror) from fault
    return [path]


class ChartView(QWidget):
    """Shows a chart: pointing, or the arrows, reads its points; a click or Enter picks one."""

    picked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.chart: Chart | None = None
        self.told = ""
        self.spots: list[Spot] = []
        self.now: int | None = None
        self.file_name = "agreement.png"
        self.leave: Leave | None = None  # how a picture is kept: without one, none can be
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_chart(None, "")

    def show_chart(self, chart: Chart | None, why: str = "") -> None:
        """Show a chart, or say why there is none."""
        self.chart, self.told = chart, why
        self.spots, self.now = [], None
        self.setAccessibleName("Chart" if chart is None else chart.title)
        self.setAccessibleDescription(why if chart is None else chart.about)
        metrics = QFontMetricsF(self.font())
        least = QSize(0, 0) if chart is None else chart.least(metrics)
        self.setMinimumSize(least.width() + 16, int(least.height() + 2.5 * metrics.height()))
        self.update()

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chart, its unit above, and what is pointed at below."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self.theme
        painter.fillRect(self.rect(), color(theme.surface))
        painter.setPen(color(theme.muted))
        inner = QRectF(self.rect()).adjusted(8, 4, -8, -4)
        if self.chart is None:
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(inner, flags, self.told)
            return
        metrics = QFontMetricsF(self.font())
        told = self.spots[self.now].told if self.now is not None else self.chart.about
        painter.setPen(color(theme.text if self.now is not None else theme.muted))
        foot = inner.adjusted(0, inner.height() - metrics.height(), 0, 0)
        elided = metrics.elidedText(told, Qt.TextElideMode.ElideRight, foot.width())
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.setFont(tabular(self.font()))
        painter.translate(8, 0)
        area = QRectF(0, inner.top(), inner.width(), inner.height() - 1.4 * metrics.height())
        spots = self.chart.draw(painter, area, theme)
        self.spots = [Spot(s.where.translated(8, 0), s.told, s.key) for s in spots]
        if self.now is not None and self.now < len(spots):
            painter.setPen(QPen(color(theme.text), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(spots[self.now].where)
        if self.hasFocus():
            painter.resetTransform()
            painter.setPen(QPen(color(theme.accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def point(self, now: int | None) -> None:
        """Read a point aloud and on screen."""
        if now != self.now:
            self.now = now
            if self.chart is not None:
                told = self.chart.about if now is None else self.spots[now].told
                self.setAccessibleDescription(told)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the point that is nearest under the pointer."""
        here = event.position()
        near = [
            ((spot.where.center() - here).manhattanLength(), n)
            for n, spot in enumerate(self.spots)
            if spot.where.contains(here)
        ]
        self.point(min(near)[1] if near else None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the point under the pointer."""
        self.mouseMoveEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from point to point, Enter picks one."""
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        if step and self.spots:
            before = -1 if self.now is None and step > 0 else self.now or 0
            self.point((before + step) % len(self.spots))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._pick()
        else:
            super().keyPressEvent(event)

    def _pick(self) -> None:
        if self.now is not None and self.spots[self.now].key is not None:
            self.picked.emit(self.spots[self.now].key)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to save the picture."""
        menu = QMenu(self)
        action = menu.addAction("Save picture…")
        action.setEnabled(self.chart is not None and self.leave is not None)
        action.triggered.connect(lambda _checked=False: self.ask_and_save())
        menu.popup(event.globalPos())

    def ask_and_save(self) -> None:
        """Ask for a file and write the chart, as png or svg by its ending."""
        chart, leave = self.chart, self.leave
        if chart is None or leave is None:
            return
        path = dialogs.ask_save(self, "Save picture", KINDS, self.file_name)
        if path is None:
            return
        leave(f"save a picture: {Path(self.file_name).stem}", lambda: save(chart, path))
