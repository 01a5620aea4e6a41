"""The keys: every action with its key, and the place to change one."""

from collections.abc import Mapping

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from coder.ui.actions import ACTS, ELSEWHERE

_DEFAULTS = {act.slot: act.keys for act in ACTS}
_TEXTS = {act.slot: act.text for act in ACTS}


class KeysDialog(QDialog):
    """Shows every key; ``changed`` is what differs from the defaults, by slot."""

    def __init__(self, actions_of: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.resize(620, 640)
        self._keys = {
            slot: tuple(key.toString() for key in action.shortcuts())
            for slot, action in actions_of.items()
        }
        self.table = QTreeWidget(self)
        self.table.setColumnCount(2)
        self.table.setHeaderLabels(["Key", "Does"])
        self.table.setRootIsDecorated(False)
        self.table.setAccessibleName("Keys")
        self.key = QKeySequenceEdit(self)
        self.key.setAccessibleName("New key of the chosen action")
        self.told = QLabel(self)
        self.told.setObjectName("warning")
        self.set, self.reset = QPushButton("Set", self), QPushButton("Default", self)
        row = QHBoxLayout()
        row.addWidget(QLabel("New key of the chosen action", self))
        for widget in (self.key, self.set, self.reset):
            row.addWidget(widget)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addLayout(row)
        layout.addWidget(self.told)
        layout.addWidget(buttons)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.set.clicked.connect(self._on_set)
        self.reset.clicked.connect(self._on_reset)
        self._fill()

    @property
    def changed(self) -> dict[str, str]:
        """The keys that differ from the defaults, by slot."""
        return {
            slot: keys[0] if keys else ""
            for slot, keys in self._keys.items()
            if tuple(QKeySequence(key).toString() for key in _DEFAULTS[slot]) != keys
        }

    def choose(self, slot: str) -> None:
        """Choose the action whose key is to be changed."""
        for number in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(number)
            if item is not None and item.data(0, 0x100) == slot:
                self.table.setCurrentItem(item)

    def _fill(self, chosen: str | None = None) -> None:
        self.table.clear()
        for slot, keys in self._keys.items():
            item = QTreeWidgetItem([", ".join(keys), _TEXTS[slot]])
            item.setData(0, 0x100, slot)
            self.table.addTopLevelItem(item)
        self.table.addTopLevelItems([QTreeWidgetItem(list(row)) for row in ELSEWHERE])
        self.table.resizeColumnToContents(0)
        if chosen is not None:
            self.choose(chosen)

    def _chosen(self) -> str | None:
        item = self.table.currentItem()
        return None if item is None else item.data(0, 0x100)

    def _on_set(self) -> None:
        slot, key = self._chosen(), self.key.keySequence().toString()
        if slot is None:
            self.told.setText("Choose an action first.")
            return
        taken = [other for other, keys in self._keys.items() if key and key in keys]
        if taken and taken != [slot]:
            self.told.setText(f"{key} is the key of “{_TEXTS[taken[0]]}”.")
            return
        self.told.clear()
        self._keys[slot] = (key,) if key else ()
        self._fill(slot)

    def _on_reset(self) -> None:
        slot = self._chosen()
        if slot is not None:
            self._keys[slot] = tuple(QKeySequence(key).toString() for key in _DEFAULTS[slot])
            self._fill(slot)
