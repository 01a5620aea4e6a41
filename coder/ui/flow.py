"""A row of fields that goes on below where the window is narrow, or its text large."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

_GAP = 8


class Flow(QLayout):
    """Lays widgets out beside each other, in as many lines as they need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take a field."""
        self._items.append(item)

    def count(self) -> int:
        """How many fields there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The field at a place."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give a field back."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes no more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """A narrow one is taller."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How tall it is at a width."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put the fields where they go."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """As wide as the widest field."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """As wide as the widest field."""
        sizes = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def _place(self, rect: QRect, *, move: bool) -> int:
        y = rect.top()
        for line in self._lines(rect.width()):
            x, tall = rect.left(), max(size.height() for _, size in line)
            for item, size in line:
                if move:
                    middle = y + (tall - size.height()) // 2
                    item.setGeometry(QRect(QPoint(x, middle), size))
                x += size.width() + _GAP
            y += tall + _GAP
        return max(0, y - _GAP - rect.top())

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """Which fields stand together, and how large they are."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        left = 0
        for item in (each for each in self._items if not each.isEmpty()):
            size = item.sizeHint()
            size.setWidth(min(size.width(), max(width, item.minimumSize().width())))
            if not lines or size.width() > left:
                lines.append([])
                left = width
            lines[-1].append((item, size))
            left -= size.width() + _GAP
        return lines
