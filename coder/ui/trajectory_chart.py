"""A participant's scores from session to session, with what a rule found in them.

Below the line each rupture says in words what became of it; its way down is drawn heavier.
"""

import itertools
import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from coder.alliance import Episode, Fate, Trajectory, what_as_given
from coder.ui.charts import Spot
from coder.ui.theme import Ink, Theme, color

_DOT = 4.5
_REACH = 12.0
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Course:
    """The chart of one trajectory; scores stand as the instrument gives them."""

    of: Trajectory
    what: str
    names: dict[int, str]  # of sessions, by index

    legend = "Heavy: a rupture. Ring: a signal. R, U, O: repaired, unrepaired, open."

    @property
    def title(self) -> str:
        """Whose scores."""
        return f"{self.of.series.owner}: {self.what}, session by session"

    @property
    def about(self) -> str:
        """How many sessions, and how many have a score."""
        series = self.of.series
        return (
            f"{len(series.scores)} of {series.sessions} sessions scored, "
            f"{series.low:g} to {series.high:g}"
            + ("; low is good: the axis runs downward" if series.turned else "")
            + ". Point, or use the arrows, to read a session."
        )

    def least(self, metrics: QFontMetricsF) -> QSize:
        """Room for the axis and some points."""
        return QSize(int(metrics.averageCharWidth() * 50), int(11 * metrics.height()))

    def draw(self, painter: QPainter, area: QRectF, theme: Theme) -> list[Spot]:
        """Draw axis, limits, the line, ruptures and signals."""
        metrics = QFontMetricsF(painter.font())
        line = metrics.height()
        left = metrics.horizontalAdvance("000.0  ")
        plot = area.adjusted(left, line, -line, -3.2 * line)
        frame = _Frame(self, plot)
        self._grid(painter, frame, theme)
        self._limits(painter, frame, theme)
        self._course(painter, frame, theme)
        for each in self.of.episodes:
            self._episode(painter, frame, theme, each)
        self._fates(painter, frame, theme)
        return self._points(painter, frame, theme)

    def _grid(self, painter: QPainter, frame: "_Frame", theme: Theme) -> None:
        plot, line = frame.plot, QFontMetricsF(painter.font()).height()
        for value in frame.ticks():
            y = frame.y(value)
            painter.setPen(QPen(color(theme.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(color(theme.muted))
            box = QRectF(plot.left() - 70, y - line / 2, 62, line)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, f"{round(self.of.series.as_given(value), 6):g}")
        every = max(1, round(frame.count * 3 * line / max(plot.width(), 1)))
        for index in range(frame.first, frame.last + 1, every):
            box = QRectF(frame.x(index) - 40, plot.bottom() + 4, 80, line)
            name = self.names.get(index, str(index))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
        foot = QRectF(plot.left(), plot.bottom() + 4 + 2 * line, plot.width(), line)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, "session")

    def _limits(self, painter: QPainter, frame: "_Frame", theme: Theme) -> None:
        numbers = self.of.numbers
        pen = QPen(color(theme.accent), 1.2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        lower = numbers.get("lower")
        if lower is not None and frame.low <= lower <= frame.high:
            y = frame.y(lower)
            painter.drawLine(QPointF(frame.plot.left(), y), QPointF(frame.plot.right(), y))
            told = f"lower limit {self.of.series.as_given(lower):.1f}"
            painter.drawText(QPointF(frame.plot.left() + 6, y - 4), told)
        for split in self.of.splits:
            x = (frame.x(split.after) + frame.x(split.after + 1)) / 2
            painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()))
            painter.drawText(QPointF(x + 5, frame.plot.top() - 3), f"R² {split.r_squared:.2f}")

    def _course(self, painter: QPainter, frame: "_Frame", theme: Theme) -> None:
        """The line; over sessions without a score it is dotted."""
        scores = self.of.series.scores
        for one, after in itertools.pairwise(scores):
            near = after.index == one.index + 1
            style = Qt.PenStyle.SolidLine if near else Qt.PenStyle.DotLine
            painter.setPen(QPen(color(theme.muted), 1.6, style))
            painter.drawLine(frame.at(one.index, one.value), frame.at(after.index, after.value))

    def _episode(self, painter: QPainter, frame: "_Frame", theme: Theme, episode: Episode) -> None:
        """The way down, the way up if it was repaired, and the word for what became of it."""
        values = {score.index: score.value for score in self.of.series.scores}
        until = episode.repaired_at or episode.trough
        way = [(n, values[n]) for n in sorted(values) if episode.peak <= n <= until]
        ink = _ink(theme, episode.fate)
        for (n, value), (m, after) in itertools.pairwise(way):
            painter.setPen(QPen(color(ink.solid), 3.0 if m <= episode.trough else 2.0))
            painter.drawLine(frame.at(n, value), frame.at(m, after))

    def _fates(self, painter: QPainter, frame: "_Frame", theme: Theme) -> None:
        """Say below the troughs what became of each rupture: by a letter where room is short."""
        metrics = QFontMetricsF(painter.font())
        free = frame.plot.left()
        for n, each in enumerate(self.of.episodes):
            later = self.of.episodes[n + 1 :]
            until = frame.x(later[0].trough) if later else frame.plot.right()
            words = next(
                (said for said in (_short(each), each.fate.value)
                 if metrics.horizontalAdvance(said) <= until - free),
                each.fate.value[0].upper(),
            )  # fmt: skip
            wide = metrics.horizontalAdvance(words) + 8
            x = min(max(frame.x(each.trough) - wide / 2, free), frame.plot.right() - wide)
            box = QRectF(x, frame.plot.bottom() + 4 + metrics.height(), wide, metrics.height())
            painter.setPen(color(_ink(theme, each.fate).words))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
            free = box.right()

    def _points(self, painter: QPainter, frame: "_Frame", theme: Theme) -> list[Spot]:
        signals = {each.index: each for each in self.of.signals}
        spots = []
        for score in self.of.series.scores:
            at = frame.at(score.index, score.value)
            painter.setPen(QPen(color(theme.surface), 1))
            painter.setBrush(color(theme.text))
            painter.drawEllipse(at, _DOT, _DOT)
            if score.index in signals:
                painter.setPen(QPen(color(theme.danger), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(at, _DOT + 4, _DOT + 4)
            reach = QRectF(at.x() - _REACH, at.y() - _REACH, 2 * _REACH, 2 * _REACH)
            spots.append(Spot(reach, self._told(score.index, score.value), score.session))
        return spots

    def _told(self, index: int, value: float) -> str:
        """What a point says when it is pointed at."""
        series = self.of.series
        parts = [f"Session {self.names.get(index, str(index))}: {series.as_given(value):g}"]
        parts += [
            f"{what_as_given(s.what, turned=series.turned)} ({s.value:g}, limit {s.limit:.1f})"
            for s in self.of.signals
            if s.index == index
        ]
        parts += [
            f"trough of a drop of {e.drop:g}, {told(e)}"
            for e in self.of.episodes
            if e.trough == index
        ]
        parts += [
            f"repaired the drop at session {self.names.get(e.trough, str(e.trough))}"
            for e in self.of.episodes
            if e.repaired_at == index
        ]
        return "; ".join(parts)


class _Frame:
    """Where a session and a score lie in the plot."""

    def __init__(self, of: Course, plot: QRectF) -> None:
        series = of.of.series
        values = series.values
        pad = max((max(values) - min(values)) * 0.15, (series.high - series.low) * 0.03)
        self.low = max(series.low, min(values) - pad)
        self.high = min(series.high, max(values) + pad)
        self.first = min(1, series.scores[0].index)
        self.last = max(series.sessions, self.first + 1)
        self.count = self.last - self.first + 1
        self.plot = plot

    def ticks(self) -> list[float]:
        """Round values along the axis, some five of them."""
        rough = (self.high - self.low) / _TICKS
        power = 10 ** math.floor(math.log10(rough))
        step = power * min((f for f in (1, 2, 5, 10) if f * power >= rough), default=10)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [n * step for n in range(first, last + 1)]

    def x(self, index: float) -> float:
        """The place of a session."""
        share = (index - self.first + 0.5) / self.count
        return self.plot.left() + share * self.plot.width()

    def y(self, value: float) -> float:
        """The place of a score, better ones higher."""
        share = (value - self.low) / ((self.high - self.low) or 1)
        return self.plot.bottom() - share * self.plot.height()

    def at(self, index: int, value: float) -> QPointF:
        """The place of a session's score."""
        return QPointF(self.x(index), self.y(value))


def told(of: Episode) -> str:
    """What became of a rupture, in words."""
    said = of.fate.value + (f" at session {of.repaired_at}" if of.repaired_at else "")
    return said + (f", {of.pattern.value}" if of.pattern is not None else "")


def _short(of: Episode) -> str:
    """The same in the least words, for the chart."""
    shape = f": {of.pattern.value}" if of.pattern is not None and of.repaired_at else ""
    return of.fate.value + shape


def _ink(theme: Theme, fate: Fate) -> Ink:
    return {
        Fate.REPAIRED: theme.repair,
        Fate.UNREPAIRED: theme.confrontation,
        Fate.OPEN: theme.precipitant,
    }[fate]
