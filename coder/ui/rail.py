"""The rail of desks at the left of the window."""

from collections.abc import Callable

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QToolButton, QVBoxLayout, QWidget

_DESKS = (
    ("code_desk", "Code", "✎"),
    ("agree_desk", "Agree", "≡"),
    ("measures_desk", "Measures", "∿"),
)


class Rail(QWidget):
    """A button for each desk; the one in front is pressed."""

    def __init__(self, act: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QToolButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 8)
        for slot, text, icon in _DESKS:
            button = QToolButton(self)
            button.setObjectName("rail")
            button.setText(f"{icon}\n{text}")
            button.setAccessibleName(text)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, slot=slot: act(slot))
            self._buttons[slot] = button
            layout.addWidget(button)
        layout.addStretch(1)
        self.measure()

    def measure(self) -> None:
        """Make room for the names at the size of the text."""
        metrics = QFontMetrics(QApplication.font())
        width = max(map(metrics.horizontalAdvance, ("Practise", "Measures"))) + 10
        for button in self._buttons.values():
            button.setFixedSize(width, 2 * metrics.height() + 18)

    def show_front(self, slot: str) -> None:
        """Press the button of the desk in front."""
        for name, button in self._buttons.items():
            button.setChecked(name == slot)
