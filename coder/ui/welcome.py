"""What is shown before a study is open."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)


class Welcome(QWidget):
    """Recent studies, and the three ways to begin."""

    opened = Signal(str)
    asked = Signal(str)

    def __init__(self, recent: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QWidget(self)
        column.setMinimumWidth(60 * self.fontMetrics().horizontalAdvance("0"))
        layout = QVBoxLayout(column)
        title = QLabel("Rupture Coder", column)
        title.setObjectName("title")
        about = QLabel(
            "Code alliance ruptures in recorded sessions: open a study, or try the sample first.",
            column,
        )
        about.setObjectName("muted")
        about.setWordWrap(True)
        layout.addWidget(title)
        layout.addWidget(about)
        for slot, text in (
            ("open_sample", "Open the sample study"),
            ("open_study", "Open a study…"),
            ("new_study", "Make a new study…"),
        ):
            button = QPushButton(text, column)
            button.clicked.connect(lambda _checked=False, slot=slot: self.asked.emit(slot))
            layout.addWidget(button)
        heading = QLabel("RECENT STUDIES", column)
        heading.setObjectName("heading")
        layout.addSpacing(12)
        layout.addWidget(heading)
        self.recent = QListWidget(column)
        self.recent.setAccessibleName("Recent studies")
        for name in recent:
            if Path(name).exists():
                item = QListWidgetItem(f"{Path(name).stem}\n{Path(name).parent}")
                item.setData(Qt.ItemDataRole.UserRole, name)
                self.recent.addItem(item)
        self.recent.itemActivated.connect(
            lambda item: self.opened.emit(item.data(Qt.ItemDataRole.UserRole))
        )
        layout.addWidget(self.recent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(40, 60, 40, 60)
        outer.addWidget(column, 1, Qt.AlignmentFlag.AlignHCenter)
