"""Charts drawn by hand: lines over tolerances, a heat map, points.

A chart is a value that draws itself in any theme and says where its points are, so that each can
be read by pointing at it or by key.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from coder.ui.agree_lines import number
from coder.ui.theme import Theme, color

_DOT = 4.0
_LARGER = 2.5  # than it need be, a cell at most
_DEEPEST = 0.55  # of the accent: the same ink reads at 4.5 to 1 on every shade up to here


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a chart that can be pointed at, what it says, and what it stands for."""

    where: QRectF
    told: str
    key: object = None


class Chart(Protocol):
    """What can be drawn; ``about`` gives the unit and the counts."""

    @property
    def title(self) -> str:
        """What it shows."""

    @property
    def about(self) -> str:
        """Of which unit, and how many."""

    @property
    def legend(self) -> str:
        """What a picture of it must say besides, nothing where it says all itself."""

    def least(self, metrics: QFontMetricsF) -> QSize:
        """The smallest it can be read at."""

    def draw(self, painter: QPainter, area: QRectF, theme: Theme) -> list[Spot]:
        """Draw it, and say where its points are."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line over the tolerances; ``ink`` names a meaning of the theme, or the accent or text."""

    name: str
    values: tuple[float | None, ...]
    ink: str = "text"
    key: object = None


def _ink(theme: Theme, name: str) -> QColor:
    found = getattr(theme, name)
    return color(found if isinstance(found, str) else found.words)


@dataclass(frozen=True, slots=True)
class Curves:
    """Lines from 0 to 1 over seconds, each named at its end, and a dashed one at ``at``."""

    title: str
    about: str
    seconds: tuple[float, ...]
    strokes: tuple[Stroke, ...]
    at: float
    at_told: str

    legend = ""

    def least(self, metrics: QFontMetricsF) -> QSize:
        """Room for the axis and a name for each line."""
        tall = (max(5, len(self.strokes)) + 3) * metrics.height()
        return QSize(int(metrics.averageCharWidth() * 40), int(tall))

    def draw(self, painter: QPainter, area: QRectF, theme: Theme) -> list[Spot]:
        """Draw grid, lines, names and the tolerance of the plan."""
        metrics = QFontMetricsF(painter.font())
        line = metrics.height()
        wide = max([metrics.horizontalAdvance(each.name) for each in self.strokes], default=0)
        wide = min(wide, area.width() / 3)
        left = metrics.horizontalAdvance("0.75  ")
        plot = area.adjusted(left, line * 0.8, -wide - 12, -line * 1.6)
        first, last = self.seconds[0], self.seconds[-1]

        def place(x: float, y: float) -> QPointF:
            share = (x - first) / ((last - first) or 1)
            return QPointF(plot.left() + share * plot.width(), plot.bottom() - y * plot.height())

        _grid(painter, plot, theme)
        painter.setPen(color(theme.muted))
        for x in (each for each in self.seconds if each == first or each % 5 == 0):
            box = QRectF(place(x, 0).x() - 40, plot.bottom() + 2, 80, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{x:g} s")
        at = place(self.at, 0).x()
        if first <= self.at <= last:
            painter.setPen(QPen(color(theme.accent), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(at, plot.top() - line * 0.6), QPointF(at, plot.bottom()))
            painter.drawText(
                QPointF(at + 5, plot.top() + metrics.ascent() - line * 0.8), self.at_told
            )
        spots = []
        for each in self.strokes:
            spots += self._stroke(painter, each, theme, place)
        self._names(painter, QRectF(plot.right() + 8, plot.top(), wide + 4, plot.height()), theme)
        return spots

    def _stroke(
        self, painter: QPainter, stroke: Stroke, theme: Theme, place: "_Place"
    ) -> list[Spot]:
        points = [
            (x, place(x, y), y)
            for x, y in zip(self.seconds, stroke.values, strict=True)
            if y is not None
        ]
        style = Qt.PenStyle.DotLine if stroke.ink == "accent" else Qt.PenStyle.SolidLine
        painter.setPen(QPen(_ink(theme, stroke.ink), 2, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline([point for _, point, _ in points])
        return [
            Spot(_around(point), f"{stroke.name}: F1 {number(y)} within {x:g} s", stroke.key)
            for x, point, y in points
        ]

    def _names(self, painter: QPainter, box: QRectF, theme: Theme) -> None:
        """Name the lines beside their ends."""
        ends = [
            (box.bottom() - each.values[-1] * box.height(), each.name, _ink(theme, each.ink))
            for each in self.strokes
            if each.values[-1] is not None
        ]
        _beside(painter, box, ends)


def _beside(painter: QPainter, box: QRectF, ends: Sequence[tuple[float, str, QColor]]) -> None:
    """Write beside places in their height, moved apart where the words would meet."""
    metrics = QFontMetricsF(painter.font())
    below = box.bottom() - len(ends) * metrics.height()
    taken = box.top() - metrics.height()
    for n, (wanted, name, ink) in enumerate(sorted(ends, key=lambda end: end[0])):
        top = max(wanted - metrics.height() / 2, taken)
        top = max(min(top, below + (n + 0.5) * metrics.height()), taken)
        taken = top + metrics.height()
        painter.setPen(ink)
        told = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(QPointF(box.left(), top + metrics.ascent()), told)


class _Place(Protocol):
    def __call__(self, x: float, y: float, /) -> QPointF: ...


def _grid(painter: QPainter, plot: QRectF, theme: Theme) -> None:
    """Lines at the quarters of 0 to 1."""
    height = QFontMetricsF(painter.font()).height()
    for n in range(5):
        y = plot.bottom() - n / 4 * plot.height()
        painter.setPen(color(theme.line))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(color(theme.muted))
        box = QRectF(0, y - height / 2, plot.left() - 8, height)
        painter.drawText(box, _RIGHT, f"{n / 4:g}")


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _around(point: QPointF, by: float = 6) -> QRectF:
    return QRectF(point.x() - by, point.y() - by, 2 * by, 2 * by)


@dataclass(frozen=True, slots=True)
class Heat:
    """A table of cells shaded by their share of the largest.

    Its columns are its rows again, by number, for names would not fit: the first coder's in the
    rows, the second's in the columns.
    """

    title: str
    about: str
    names: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    texts: tuple[tuple[str, ...], ...]
    told: tuple[tuple[str, ...], ...]
    keys: tuple[tuple[object, ...], ...]

    @property
    def legend(self) -> str:
        """What the numbers of the columns stand for."""
        named = (f"{n} {name}" for n, name in enumerate(self.names, 1))
        return f"Columns: {' · '.join(named)}"

    def _longest(self, metrics: QFontMetricsF) -> float:
        """Room for the longest name, with its number."""
        told = (f"{len(self.names)}  {name}" for name in self.names)
        return max(map(metrics.horizontalAdvance, told), default=0) + 12

    def _size(self, metrics: QFontMetricsF) -> tuple[float, float, float]:
        """The least width of names, width of a cell and height of a cell."""
        texts = (text for row in self.texts for text in row)
        tall = metrics.height() + 6
        wide = max(tall, *(metrics.horizontalAdvance(text) + 8 for text in texts))
        return min(self._longest(metrics), metrics.averageCharWidth() * 24), wide, tall

    def least(self, metrics: QFontMetricsF) -> QSize:
        """Room for a figure in every cell."""
        names, wide, tall = self._size(metrics)
        many = len(self.names)
        return QSize(int(names + many * wide + 8), int((many + 1) * tall + 4))

    def draw(self, painter: QPainter, area: QRectF, theme: Theme) -> list[Spot]:
        """Draw names, numbers of columns, and cells; names take what room there is."""
        metrics = QFontMetricsF(painter.font())
        (least, cell_wide, cell_tall), many = self._size(metrics), max(1, len(self.names))
        names = max(least, min(self._longest(metrics), area.width() - many * cell_wide))
        wide = min((area.width() - names) / many, _LARGER * cell_wide)
        tall = min(area.height() / (many + 1), _LARGER * cell_tall)
        most = max([v for row in self.values for v in row if v is not None], default=0) or 1
        spots = []
        for n, name in enumerate(self.names):
            left, top = area.left() + names, area.top() + (n + 1) * tall
            box = QRectF(area.left(), top, names - 6, tall)
            head = QRectF(left + n * wide, area.top(), wide, tall)
            self._name(painter, f"{n + 1}  {name}", box, head, theme)
            for at, value in enumerate(self.values[n]):
                cell = QRectF(left + at * wide, top, wide, tall)
                share = max(0.0, (value or 0) / most)
                self._cell(painter, cell, self.texts[n][at], share, theme)
                spots.append(Spot(cell, self.told[n][at], self.keys[n][at]))
        return spots

    def _name(self, painter: QPainter, told: str, box: QRectF, head: QRectF, theme: Theme) -> None:
        """Name a row and its column; a name too wide for a column is its number."""
        metrics, elide = QFontMetricsF(painter.font()), Qt.TextElideMode.ElideRight
        painter.setPen(color(theme.muted))
        fits = metrics.horizontalAdvance(told) < head.width() - 4
        painter.drawText(
            head, Qt.AlignmentFlag.AlignCenter, told if fits else told.split(maxsplit=1)[0]
        )
        painter.setPen(color(theme.text))
        cut = metrics.elidedText(told, elide, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, cut)

    def _cell(self, painter: QPainter, cell: QRectF, text: str, share: float, theme: Theme) -> None:
        ground = _blend(theme, share)
        painter.fillRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), ground)
        painter.setPen(_readable_on(ground))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)


def _readable_on(ground: QColor) -> QColor:
    """Black or white: one of them always reads at 4.5 to 1 and better (WCAG 2.2, 1.4.3)."""
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
        for c in (ground.redF(), ground.greenF(), ground.blueF())
    )
    bright = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return color("#000000" if bright > 0.179 else "#ffffff")  # noqa: PLR2004 - where both read alike


def _blend(theme: Theme, share: float) -> QColor:
    """From the surface towards the accent, so far that every number is of one ink."""
    low, high = color(theme.raised), color(theme.accent)
    parts = zip(low.getRgb()[:3], high.getRgb()[:3], strict=True)  # type: ignore[index] # a tuple, untyped by PySide
    return QColor(*(round(a + (b - a) * share * _DEEPEST) for a, b in parts))


@dataclass(frozen=True, slots=True)
class Points:
    """Two coders' numbers: one against the other, and their difference against their mean.

    ``limits`` are Bland and Altman's bias, lower and upper limit, None where there is none.
    """

    title: str
    about: str
    raters: tuple[str, str]
    names: tuple[str, ...]
    first: tuple[float, ...]
    second: tuple[float, ...]
    limits: tuple[float | None, float | None, float | None]

    legend = ""

    def least(self, metrics: QFontMetricsF) -> QSize:
        """Room for two squares."""
        return QSize(int(metrics.averageCharWidth() * 60), int(10 * metrics.height()))

    def draw(self, painter: QPainter, area: QRectF, theme: Theme) -> list[Spot]:
        """Draw the scatter at the left, the differences at the right."""
        half = area.width() / 2
        left = area.adjusted(0, 0, -half - 10, 0)
        return [
            *self._against(painter, left, theme),
            *self._differences(painter, area.adjusted(half + 10, 0, 0, 0), theme),
        ]

    def _against(self, painter: QPainter, area: QRectF, theme: Theme) -> list[Spot]:
        most = max([*self.first, *self.second, 1])
        frame = _Frame.of(painter, area, (0, most), (0, most))
        one, other = self.raters
        frame.axes(painter, theme, f"{one}, marks", f"{other}, marks")
        painter.setPen(QPen(color(theme.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(frame.place(0, 0), frame.place(frame.across[1], frame.across[1]))
        points = list(zip(self.first, self.second, strict=True))
        told = [
            f"{n}: {one} {x:g}, {other} {y:g}" for n, (x, y) in zip(self.names, points, strict=True)
        ]
        return _dots(painter, frame, points, told, theme)

    def _differences(self, painter: QPainter, area: QRectF, theme: Theme) -> list[Spot]:
        pairs = list(zip(self.first, self.second, strict=True))
        points = [((x + y) / 2, y - x) for x, y in pairs]
        known = [each for each in self.limits if each is not None]
        reach = max([abs(y) for _, y in points] + [abs(each) for each in known] + [1])
        most = max([x for x, _ in points] + [1])
        named = [
            (value, f"{name} {_signed(value)}")
            for value, name in zip(self.limits, ("bias", "−1.96 SD", "+1.96 SD"), strict=True)  # noqa: RUF001 - a minus sign
            if value is not None
        ]
        wide = max(QFontMetricsF(painter.font()).horizontalAdvance(told) for _, told in named) + 8
        frame = _Frame.of(painter, area.adjusted(0, 0, -wide, 0), (0, most), (-reach, reach))
        one, other = self.raters
        frame.axes(painter, theme, "mean of the two", f"{other} less {one}")
        for value, told in named:
            style = Qt.PenStyle.SolidLine if told.startswith("bias") else Qt.PenStyle.DashLine
            painter.setPen(QPen(color(theme.accent), 1.4, style))
            painter.drawLine(frame.place(0, value), frame.place(frame.across[1], value))
        ends = [(frame.place(0, value).y(), told, color(theme.accent)) for value, told in named]
        beside = frame.plot.adjusted(frame.plot.width() + 8, 0, wide + 2, 0)
        _beside(painter, beside, ends)
        read = [
            f"{n}: mean {x:g}, difference {_signed(y)}"
            for n, (x, y) in zip(self.names, points, strict=True)
        ]
        return _dots(painter, frame, points, read, theme)


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")  # noqa: RUF001 - a minus sign


@dataclass(frozen=True, slots=True)
class _Frame:
    """A plot with two axes from and to round numbers."""

    plot: QRectF
    across: tuple[float, float]
    up: tuple[float, float]

    @classmethod
    def of(
        cls, painter: QPainter, area: QRectF, across: tuple[float, float], up: tuple[float, float]
    ) -> "_Frame":
        metrics = QFontMetricsF(painter.font())
        left = metrics.horizontalAdvance("−000") + 8  # noqa: RUF001 - a minus sign
        plot = area.adjusted(left, metrics.height() * 1.3, -6, -metrics.height() * 2.4)
        return cls(plot, _round_range(across), _round_range(up))

    def place(self, x: float, y: float) -> QPointF:
        """Where a point is."""
        right = (x - self.across[0]) / (self.across[1] - self.across[0])
        above = (y - self.up[0]) / (self.up[1] - self.up[0])
        plot = self.plot
        return QPointF(plot.left() + right * plot.width(), plot.bottom() - above * plot.height())

    def axes(self, painter: QPainter, theme: Theme, across: str, up: str) -> None:
        """Draw the axes with their numbers and names."""
        metrics, plot = QFontMetricsF(painter.font()), self.plot
        line = metrics.height()
        for x in _steps(self.across):
            at = self.place(x, self.up[0])
            painter.setPen(color(theme.muted))
            box = QRectF(at.x() - 30, at.y() + 2, 60, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{x:g}")
        for y in _steps(self.up):
            at = self.place(self.across[0], y)
            painter.setPen(color(theme.line))
            painter.drawLine(at, QPointF(plot.right(), at.y()))
            painter.setPen(color(theme.muted))
            box = QRectF(at.x() - 68, at.y() - line / 2, 60, line)
            painter.drawText(box, _RIGHT, f"{y:g}".replace("-", "−"))  # noqa: RUF001 - a minus sign
        below = QRectF(plot.left(), plot.bottom() + line * 1.2, plot.width(), line)
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(below, _RIGHT, metrics.elidedText(across, elide, below.width()))
        above = QPointF(plot.left(), plot.top() - line * 0.4)
        painter.drawText(above, metrics.elidedText(up, elide, plot.width()))


def _round_range(span: tuple[float, float]) -> tuple[float, float]:
    step = _step(span)
    return math.floor(span[0] / step) * step, math.ceil(span[1] / step) * step


def _step(span: tuple[float, float]) -> float:
    """A round step that cuts a range into about five."""
    rough = (span[1] - span[0]) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    return next((m * power for m in (1, 2, 5) if m * power >= rough), 10 * power)


def _steps(span: tuple[float, float]) -> list[float]:
    step = _step(span)
    first, last = math.ceil(span[0] / step - 1e-9), math.floor(span[1] / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def _dots(
    painter: QPainter,
    frame: _Frame,
    points: Sequence[tuple[float, float]],
    told: Sequence[str],
    theme: Theme,
) -> list[Spot]:
    """Draw points; those on the same place are one, larger, that names them all."""
    at: dict[tuple[float, float], list[str]] = {}
    for point, name in zip(points, told, strict=True):
        at.setdefault(point, []).append(name)
    tint = color(theme.accent)
    tint.setAlpha(150)
    painter.setPen(color(theme.accent))
    painter.setBrush(tint)
    spots = []
    for (x, y), names in at.items():
        centre, radius = frame.place(x, y), _DOT * math.sqrt(len(names))
        painter.drawEllipse(centre, radius, radius)
        spots.append(Spot(_around(centre, radius + 3), "; ".join(names)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    return spots
