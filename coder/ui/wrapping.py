"""A row of buttons that goes on in a second line where the text is large or the panel narrow."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

_SPACE = 4


class WrappingRow(QWidget):
    """A name and its buttons, as many in a line as there is room for, two at least."""

    def __init__(self, name: str, buttons: Sequence[QPushButton], parent: QWidget) -> None:
        super().__init__(parent)
        self._buttons = tuple(buttons)
        self._name = QLabel(name, self)
        self._name.setObjectName("muted")
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SPACE)
        self._grid.addWidget(self._name, 0, 0)
        self._lay_out(2)

    def _lay_out(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._grid.setColumnStretch(self._columns + 1, 0)
        self._columns = columns
        left = Qt.AlignmentFlag.AlignLeft
        for n, button in enumerate(self._buttons):
            self._grid.addWidget(button, n // columns, 1 + n % columns, left)
        self._grid.setColumnStretch(columns + 1, 1)

    def minimumSizeHint(self) -> QSize:
        """As narrow as two in a line, however many there are now: else it never became less."""
        widths = [button.sizeHint().width() for button in self._buttons]
        wide = self._name.sizeHint().width() + max(widths[::2]) + max(widths[1::2])
        return QSize(wide + 2 * _SPACE, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put as many in a line as fit."""
        super().resizeEvent(event)
        wide = self._name.sizeHint().width()
        wide += sum(button.sizeHint().width() + _SPACE for button in self._buttons)
        self._lay_out(len(self._buttons) if wide <= self.width() else 2)
