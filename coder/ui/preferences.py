"""What the user may set: colours, size of text, keys and the numbers of the settings dialog."""

import contextlib
import dataclasses
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QSpinBox, QWidget

from coder import settings as settings_file
from coder.errors import CoderError
from coder.settings import Settings
from coder.ui import actions, dialogs, theme

_RECENT = 8


class Preferences(QObject):
    """The settings as they are now; each change is kept in their file at once."""

    changed = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.now = settings
        self.keys_of: Mapping[str, QAction] = {}
        self._window = parent

    def light(self) -> None:
        """Wear light colours."""
        self._set(theme="light")

    def dark(self) -> None:
        """Wear dark colours."""
        self._set(theme="dark")

    def bigger_text(self) -> None:
        """Show all text larger."""
        self._set(text_size=min(200, self.now.text_size + 10))

    def smaller_text(self) -> None:
        """Show all text smaller."""
        self._set(text_size=max(80, self.now.text_size - 10))

    def about(self) -> None:
        """Say what this is, which version, and how to cite it."""
        dialogs.tell(self._window, dialogs.ABOUT)

    def settings(self) -> None:
        """Ask for the settings; the dialog is built from their definitions."""
        boxes: dict[str, QSpinBox] = {}
        for each in dataclasses.fields(Settings):
            value = getattr(self.now, each.name)
            if isinstance(value, int) and each.name != "text_size":
                box = QSpinBox(self._window)
                box.setRange(0, 120_000)
                box.setSingleStep(100)
                box.setValue(value)
                boxes[each.name] = box
        about = {each.name: each.metadata["about"] for each in dataclasses.fields(Settings)}
        fields: list[tuple[str, QWidget]] = [(about[name], box) for name, box in boxes.items()]
        if dialogs.ask_form(self._window, "Settings", fields):
            self._set(**{name: box.value() for name, box in boxes.items()})

    def show_keys(self) -> None:
        """Show every key, and let any be changed."""
        from coder.ui.keys import KeysDialog

        dialog = KeysDialog(self.keys_of, self._window)
        if dialogs.run(dialog):
            changed = dialog.changed
            self._set(keys=tuple(sorted(changed.items())))
            for act in actions.ACTS:
                self.keys_of[act.slot].setShortcuts(actions.keys_of(act, changed))

    def remember(self, path: Path) -> None:
        """Put a study at the head of the recent ones."""
        recent = tuple(dict.fromkeys((str(path.resolve()), *self.now.recent)))[:_RECENT]
        self.now = dataclasses.replace(self.now, recent=recent)
        with contextlib.suppress(CoderError):  # not worth a word while a study opens
            settings_file.save(self.now)

    def _set(self, **fields: object) -> None:
        self.now = dataclasses.replace(self.now, **fields)  # type: ignore[arg-type] # names of its fields
        try:
            settings_file.save(self.now)
        except CoderError as told:
            dialogs.show_error(self._window, told)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.wear(app, theme.pick(self.now.theme), self.now.text_size)
        self.changed.emit(self.now)
