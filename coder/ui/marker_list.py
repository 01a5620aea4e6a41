"""The markers on offer: under their columns' headings, parts under their category.

The order is the form's. A heading is painted above the first row of its column and is no row of
its own: arrows walk over markers alone.
"""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from coder.markers import Marker, Scheme
from coder.ui.theme import Theme
from coder.ui.transcript import Index

MARKER = Qt.ItemDataRole.UserRole
HEADING = Qt.ItemDataRole.UserRole + 1
UNDER = Qt.ItemDataRole.UserRole + 2  # the category a part is of, where it is not the row above


def offered(scheme: Scheme) -> list[Marker]:
    """What a place can be marked with, in the form's order, each category before its parts."""
    on_offer = [marker for marker in scheme.offered() if marker.kind != "session"]
    whole = {marker.id for marker in on_offer}
    found: list[Marker] = []
    for marker in on_offer:
        if marker.part_of not in whole:
            found += [marker, *(each for each in on_offer if each.part_of == marker.id)]
    return found


def matching(scheme: Scheme, typed: str) -> list[Marker]:
    """The markers whose label, code or other name answers to what was typed, in form order."""
    wanted = _words(typed)
    markers = offered(scheme)
    for marker in markers:
        if marker.key and wanted == [marker.key]:
            return [marker]
    found = []
    for marker in markers:
        names = [_words(name) for name in (marker.label, *marker.also_called)]
        if any(_answers(words, wanted) for words in names):
            found.append(marker)
    return found


def _answers(words: list[str], wanted: list[str]) -> bool:
    return all(any(word.startswith(each) for word in words) for each in wanted)


def _words(text: str) -> list[str]:
    """The words as they are compared: “Ill-timed” is two, and quotation marks are none."""
    plain = text.casefold().replace("/", " ").replace("-", " ")
    return [word.strip("“”\"'()") for word in plain.split()]


class MarkerModel(QAbstractListModel):
    """The markers on offer, with their codes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._markers: list[Marker] = []
        self._scheme: Scheme | None = None

    def show(self, markers: list[Marker], scheme: Scheme | None) -> None:
        """Offer these markers of a scheme."""
        self.beginResetModel()
        self._markers, self._scheme = markers, scheme
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a marker."""
        return 0 if parent.isValid() else len(self._markers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The label, with its code; the marker itself; what stands above it."""
        if not index.isValid() or self._scheme is None:
            return None
        marker = self._markers[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{marker.key}\t{marker.label}" if marker.key else marker.label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            part = f", part of {self._category(marker)}" if marker.part_of else ""
            return f"{marker.label}{part}, {self._scheme.column_label(marker.column)}"
        if role == HEADING:
            first = index.row() == 0 or self._markers[index.row() - 1].column != marker.column
            return self._scheme.column_label(marker.column).upper() if first else ""
        if role == UNDER:
            above = self._markers[index.row() - 1] if index.row() else marker
            here = marker.part_of in {None, above.id} or (
                above is not marker and above.part_of == marker.part_of
            )
            return "" if here else self._category(marker)
        return marker if role == MARKER else None

    def _category(self, marker: Marker) -> str:
        assert self._scheme is not None  # noqa: S101 - asked of markers that are shown
        return self._scheme.marker(marker.part_of or marker.id).label


_PAD, _INDENT = 3, 14


class MarkerDelegate(QStyledItemDelegate):
    """Paints a marker: its code, label and colour, and a heading where a column begins."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A line, and one more where a column begins."""
        height = QFontMetrics(option.font).height() + 2 * _PAD
        if index.data(HEADING):
            height += QFontMetrics(_small(option.font)).height() + 2 * _PAD
        return QSize(option.rect.width(), height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the heading, then the row."""
        painter.save()
        box = QRect(option.rect)
        heading, middle = index.data(HEADING), Qt.AlignmentFlag.AlignVCenter
        muted = option.palette.color(QPalette.ColorRole.PlaceholderText)
        if heading:
            painter.setFont(_small(option.font))
            painter.setPen(muted)
            metrics = painter.fontMetrics()
            strip = QRect(box.left() + 6, box.top(), box.width() - 12, metrics.height() + 2 * _PAD)
            shown = metrics.elidedText(heading, Qt.TextElideMode.ElideRight, strip.width())
            painter.drawText(strip, middle, shown)
            box.setTop(strip.bottom() + 1)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(self.theme.accent_soft))
        painter.setFont(option.font)
        self._row(painter, box.adjusted(6, 0, -6, 0), index, muted)
        painter.restore()

    def _row(self, painter: QPainter, box: QRect, index: Index, muted: QColor) -> None:
        marker: Marker = index.data(MARKER)
        metrics, middle = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
        painter.setPen(muted)
        painter.drawText(box, middle, marker.key)
        left = box.left() + metrics.horizontalAdvance("mmm") + 6
        left += _INDENT if marker.part_of else 0
        right = box.right()
        if marker.colour:
            high = metrics.height() // 2
            dot = QRect(right - high, box.center().y() - high // 2 + 1, high, high)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.colours[marker.colour].solid))
            painter.drawEllipse(dot)
            right = dot.left() - 6
        under = index.data(UNDER)
        label = f"{under}: {marker.label}" if under else marker.label
        shown = metrics.elidedText(label, Qt.TextElideMode.ElideRight, right - left)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(QRect(left, box.top(), right - left + 1, box.height()), middle, shown)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.85)
    small.setBold(True)
    return small
