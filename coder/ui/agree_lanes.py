"""The marks of two coders around a moment, in a lane each."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from coder.agreement import Moment
from coder.coding import CodedSession, Kind, Mark
from coder.session import format_clock
from coder.ui.agree_table import tabular
from coder.ui.meanings import ink_of
from coder.ui.theme import Theme, color

_AROUND_MS = 120_000
_POINT = 7


def when(moment: Moment) -> str:
    """The moment’s time."""
    return "untimed" if moment.at_ms is None else format_clock(moment.at_ms, tenths=True)


def legend(theme: Theme) -> str:
    """What the colours of the lanes mean, as rich text."""
    inks = {
        "withdrawal": theme.withdrawal,
        "confrontation": theme.confrontation,
        "both&nbsp;or&nbsp;unsure": theme.unsure,
        "precipitant": theme.precipitant,
        "repair": theme.repair,
    }
    told = (f'<span style="color:{ink.solid}">■</span>&nbsp;{name}' for name, ink in inks.items())
    return f"{' &nbsp; '.join(told)}; pale: not yet named; joined: one moment"


class Lanes(QWidget):
    """Two minutes before and after a moment, a lane for each of its coders.

    What they matched is joined by a line; a click on a mark goes to its moment.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The two coders’ marks around the moment")
        self.theme = theme
        self._moment: Moment | None = None
        self._beside: tuple[Moment, ...] = ()
        self._marks: tuple[tuple[Mark, ...], tuple[Mark, ...]] = ((), ())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Two lanes and a line of times."""
        return QSize(300, 4 * (self.fontMetrics().height() + 6))

    def show_moment(
        self, moment: Moment | None, beside: Iterable[Moment], codings: Iterable[CodedSession]
    ) -> None:
        """Show what lies around a moment; ``beside`` are all moments that may be joined."""
        self._moment = moment
        self._beside, self._marks = (), ((), ())
        if moment is not None:
            here = [each for each in codings if each.session.id == moment.session.id]
            of = {each.rater.name: each.marks for each in here}
            self._marks = (of.get(moment.raters[0], ()), of.get(moment.raters[1], ()))
            same = moment.session.id, moment.raters
            self._beside = tuple(each for each in beside if (each.session.id, each.raters) == same)
            told = " and ".join(moment.raters)
            self.setAccessibleDescription(f"{told}, around {when(moment)}")
        self.update()

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.theme = theme
        self.update()

    def boxes(self) -> list[tuple[Mark, QRectF]]:
        """Where each mark in sight is drawn."""
        made = []
        for lane, marks in enumerate(self._marks):
            for mark in marks:
                start = None if mark.anchor is None else mark.anchor.start_ms
                if start is None or not self._from <= start <= self._from + 2 * _AROUND_MS:
                    continue
                end = mark.anchor.end_ms if mark.anchor else None
                left = self._x(start) - _POINT / 2
                wide = max(_POINT, self._x(end) - self._x(start)) if end else _POINT
                made.append((mark, QRectF(left, self._top(lane), wide, self._tall - 10)))
        return made

    @property
    def _from(self) -> int:
        at = None if self._moment is None else self._moment.at_ms
        return (at or 0) - _AROUND_MS

    @property
    def _left(self) -> int:
        names = ("", "") if self._moment is None else self._moment.raters
        metrics = self.fontMetrics()
        most = self.width() // 4
        return min(most, max(metrics.horizontalAdvance(name) for name in names)) + 12

    @property
    def _tall(self) -> int:
        return self.fontMetrics().height() + 12

    def _top(self, lane: int) -> float:
        return lane * (self._tall + 4) + 7

    def _x(self, at_ms: int) -> float:
        wide = self.width() - self._left - 10
        return self._left + (at_ms - self._from) / (2 * _AROUND_MS) * wide

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lanes, what joins them, and the times below."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, moment = self.theme, self._moment
        painter.setPen(color(theme.muted))
        if moment is None or moment.at_ms is None:
            told = "" if moment is None else "This moment has no time."
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, told)
            return
        for lane, name in enumerate(moment.raters):
            box = QRectF(0, self._top(lane), self._left - 8, self._tall - 10)
            elided = painter.fontMetrics().elidedText(
                name, Qt.TextElideMode.ElideRight, int(box.width())
            )
            painter.setPen(color(theme.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, elided)
            painter.setPen(color(theme.line))
            middle = box.center().y()
            painter.drawLine(QPointF(self._left, middle), QPointF(self.width() - 10, middle))
        self._paint_times(painter, moment.at_ms)
        self._paint_marks(painter, moment)

    def _paint_times(self, painter: QPainter, at_ms: int) -> None:
        x, bottom = self._x(at_ms), self._top(1) + self._tall - 4
        painter.setPen(QPen(color(self.theme.accent), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, 2), QPointF(x, bottom))
        painter.setFont(tabular(self.font()))
        painter.setPen(color(self.theme.muted))
        for at in (at_ms - _AROUND_MS // 2, at_ms, at_ms + _AROUND_MS // 2):
            if at >= 0:
                box = QRectF(self._x(at) - 60, bottom, 120, self.height() - bottom)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, format_clock(at))

    def _paint_marks(self, painter: QPainter, moment: Moment) -> None:
        boxes = {mark.id: box for mark, box in self.boxes()}
        painter.setPen(QPen(color(self.theme.good), 2))
        for each in self._beside:
            one, other = each.first, each.second
            if one is not None and other is not None and {one.id, other.id} <= boxes.keys():
                ends = boxes[one.id], boxes[other.id]
                begin = QPointF(ends[0].center().x(), ends[0].bottom())
                painter.drawLine(begin, QPointF(ends[1].center().x(), ends[1].top()))
        mine = {each.id for each in (moment.first, moment.second) if each is not None}
        for mark, box in self.boxes():
            ink = ink_of(self.theme, mark)
            painter.setPen(QPen(color(ink.words if mark.id in mine else ink.solid), 2))
            painter.setBrush(color(ink.soft if mark.kind == Kind.FLAG else ink.solid))
            painter.drawRoundedRect(box, 2, 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a mark goes to its moment."""
        for mark, box in self.boxes():
            if box.adjusted(-3, -3, 3, 3).contains(event.position()):
                found = (m for m in self._beside if mark in {m.first, m.second})
                self.chosen.emit(next(found, None))
                return
