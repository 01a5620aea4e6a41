"""The markers of a scheme in the order of its form, column by column."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from coder.markers import COLUMNS, editing
from coder.markers.faults import by_entry
from coder.ui.scheme_draft import Draft

_ID = Qt.ItemDataRole.UserRole


class MarkerList(QWidget):
    """Choose a marker; add, retire, restore, remove and move them."""

    chosen = Signal(object)
    added = Signal()

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._current: str | None = None
        self._items: dict[str, QTreeWidgetItem] = {}
        self.tree = QTreeWidget(self)
        self.tree.setHeaderHidden(True)
        self.tree.setColumnCount(1)
        self.tree.setAccessibleName("Markers, by column")
        self.tree.setIndentation(14)
        self.buttons = {
            name: QPushButton(text, self)
            for name, text in (
                ("add", "&Add"),
                ("retire", "Re&tire"),
                ("remove", "Remo&ve"),
                ("up", "&Up"),
                ("down", "&Down"),
            )
        }
        self.buttons["up"].setToolTip("Move up in its column (Alt+Up)")
        self.buttons["down"].setToolTip("Move down in its column (Alt+Down)")
        grid = QGridLayout()
        for n, button in enumerate(self.buttons.values()):
            button.setAutoDefault(False)
            grid.addWidget(button, n // 3, n % 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.tree, 1)
        layout.addLayout(grid)
        self.tree.currentItemChanged.connect(self._on_item)
        self.buttons["add"].clicked.connect(self.add)
        self.buttons["retire"].clicked.connect(self.retire)
        self.buttons["remove"].clicked.connect(self.remove)
        self.buttons["up"].clicked.connect(lambda: self.move_by(-1))
        self.buttons["down"].clicked.connect(lambda: self.move_by(1))
        for key, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(key), self.tree)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda by=by: self.move_by(by))
        draft.reshaped.connect(self.fill)
        draft.changed.connect(self._name)
        self.fill()

    @property
    def current(self) -> str | None:
        """The id of the marker that is chosen."""
        return self._current

    def fill(self) -> None:
        """List the markers anew; the one that was chosen stays so, or the first is."""
        wanted = self._current
        markers = self._draft.content["markers"]
        ids = [each["id"] for each in markers]
        self.tree.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        self._items = {}
        self.tree.clear()
        heads: dict[str, QTreeWidgetItem] = {}
        for entry in markers:
            column = entry["column"]
            if column not in heads:
                heads[column] = QTreeWidgetItem(self.tree, [self._heading(column)])
                heads[column].setFlags(Qt.ItemFlag.ItemIsEnabled)
                heads[column].setExpanded(True)
            item = QTreeWidgetItem(heads[column])
            item.setData(0, _ID, entry["id"])
            self._items[entry["id"]] = item
        self.tree.blockSignals(False)  # noqa: FBT003 - Qt's own signature
        self._name()
        self.choose(wanted if wanted in ids else ids[0] if ids else None)

    def _heading(self, column: str) -> str:
        own: str = self._draft.content.get("columns", {}).get(column, "")
        return own or COLUMNS.get(column, column.replace("-", " ").capitalize())

    def items(self) -> dict[str, QTreeWidgetItem]:
        """The rows by the id of their marker."""
        return dict(self._items)

    def _name(self) -> None:
        """Write every row as its marker now is: what is retired or wrong says so in words."""
        wrong = by_entry(self._draft.faults, "markers")
        items = self.items()
        for n, entry in enumerate(self._draft.content["markers"]):
            item = items.get(entry["id"])
            if item is None:
                continue
            label = entry.get("label", "").strip() or "(no label)"
            key = f"{entry['key']}  " if entry.get("key") else ""
            part = "    " if entry.get("part_of") else ""
            retired = "  (retired)" if entry.get("retired") else ""
            fault = "● " if n in wrong else ""
            item.setText(0, f"{part}{fault}{key}{label}{retired}")
            spoken = f"{label}{retired}" + (", to put right" if n in wrong else "")
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, spoken)
            item.setToolTip(0, wrong[n][0].why if n in wrong else "")
        self._enable()

    def _enable(self) -> None:
        entry = self._entry()
        retired = entry is not None and bool(entry.get("retired"))
        self.buttons["retire"].setText("Res&tore" if retired else "Re&tire")
        for name, button in self.buttons.items():
            button.setEnabled(name == "add" or entry is not None)
        remove = self.buttons["remove"]
        if self._current in self._draft.used:
            remove.setEnabled(False)
            remove.setToolTip("An earlier version has this marker: retire it instead.")
        else:
            remove.setToolTip("")

    def _entry(self) -> dict[str, object] | None:
        return None if self._current is None else dict(self._draft.marker(self._current))

    def choose(self, marker: str | None) -> None:
        """Choose a marker by its id."""
        item = self.items().get(marker or "")
        self._current = marker if item is not None else None
        if item is not None:
            self.tree.setCurrentItem(item)
        self._enable()
        self.chosen.emit(self._current)

    def _on_item(self, item: QTreeWidgetItem | None) -> None:
        marker = None if item is None else item.data(0, _ID)
        if marker is not None and marker != self._current:
            self._current = str(marker)
            self._enable()
            self.chosen.emit(self._current)

    # Acts

    def add(self) -> None:
        """Add a marker below the one that is chosen, in its column, and go to its label."""
        entry = self._entry()
        column = "other" if entry is None else str(entry["column"])
        content, made = editing.with_marker(
            self._draft.content, "New marker", column, after=self._current
        )
        self._current = made
        self._draft.unsaved.add(made)
        self._draft.put(content, shape=True)
        self.added.emit()

    def retire(self) -> None:
        """Offer the marker no longer, or again."""
        entry = self._entry()
        if entry is not None:
            act = editing.restored if entry.get("retired") else editing.retired
            self._draft.edit(act, entry["id"])
            self.chosen.emit(self._current)

    def remove(self) -> None:
        """Take out a marker that no earlier version has; one with parts is kept, and says so."""
        if self._current is None or self._current in self._draft.used:
            return
        parts = [e for e in self._draft.content["markers"] if e.get("part_of") == self._current]
        if parts:
            self.buttons["remove"].setToolTip("It has parts: remove them first.")
            return
        ids = [each["id"] for each in self._draft.content["markers"]]
        at = ids.index(self._current)
        content = editing.removed(self._draft.content, self._current)
        left = [name for name in ids if name != self._current]
        self._current = left[min(at, len(left) - 1)] if left else None
        self._draft.put(content, shape=True)

    def move_by(self, by: int) -> None:
        """Move the marker in its column."""
        if self._current is not None:
            self._draft.put(editing.moved(self._draft.content, self._current, by), shape=True)
