"""The thresholds that SRS and PSQ are read by: in sight wherever they count, set by the lead."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from coder.errors import CoderError
from coder.measures import Thresholds
from coder.measures import thresholds as setting
from coder.measures.thresholds import DEFAULTS, SETTINGS, Setting
from coder.words import say

_ABOUT = (
    "These are the study’s, for everybody’s numbers, and stand in every output. Beside each is "
    "its default and where that is from."
)
_WIDE, _TALL = 760, 620


class ThresholdsLine(QWidget):
    """What scores are read by, in a sentence for each questionnaire, and the way to alter it."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.told = QLabel(self)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.setObjectName("muted")
        self.set = QPushButton("Thresholds…", self)
        self.set.clicked.connect(lambda _checked=False: self.wanted.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.told, 1)
        row.addWidget(self.set, 0, Qt.AlignmentFlag.AlignTop)

    def show_thresholds(self, of: Thresholds, *, may_set: bool) -> None:
        """Show the study's thresholds; only the lead may set others."""
        self.told.setText("\n".join(setting.told(of)))
        self.set.setEnabled(may_set)


class ThresholdsDialog(QDialog):
    """A field for each threshold; it only closes with thresholds that can be."""

    def __init__(self, now: Thresholds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Thresholds of measures")
        self._now = self.chosen = now
        self.fields: dict[str, QDoubleSpinBox | QCheckBox] = {}
        self.told = QLabel(self)
        about = QLabel(_ABOUT, self)
        for label in (self.told, about):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.told.setObjectName("warning")
        inside, room = QWidget(self), QScrollArea(self)
        form = QFormLayout(inside)
        for each in SETTINGS:
            self.fields[each.name] = field = _field(each, inside)
            form.addRow(each.label, _beside(field, each, inside))
        self.show_values(now)
        room.setWidgetResizable(True)
        room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        room.setWidget(inside)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Save | kinds.Cancel | kinds.RestoreDefaults, self)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.defaults = buttons.button(kinds.RestoreDefaults)
        self.defaults.clicked.connect(lambda _checked=False: self.show_values(DEFAULTS))
        whole = QVBoxLayout(self)
        whole.addWidget(about)
        whole.addWidget(room, 1)
        whole.addWidget(self.told)
        whole.addWidget(buttons)
        self.resize(_WIDE, _TALL)

    def show_values(self, of: Thresholds) -> None:
        """Put values into the fields."""
        for each in SETTINGS:
            field, now = self.fields[each.name], setting.value(of, each)
            if isinstance(field, QCheckBox):
                field.setChecked(bool(now))
            else:
                field.setValue(now)

    def accept(self) -> None:
        """Close if the thresholds can be; else say what cannot."""
        given = {
            name: float(field.isChecked())
            if isinstance(field, QCheckBox)
            else round(field.value(), 1)
            for name, field in self.fields.items()
        }
        try:
            self.chosen = setting.adjusted(self._now, given)
        except CoderError as fault:
            self.told.setText(say(fault))
            return
        super().accept()


def _field(of: Setting, parent: QWidget) -> QDoubleSpinBox | QCheckBox:
    if (of.low, of.high, of.step) == (0, 1, 1):
        box = QCheckBox(parent)
        box.setAccessibleName(of.label)
        box.setAccessibleDescription(_default(of))
        return box
    field = QDoubleSpinBox(parent)
    field.setMinimumWidth(8 * field.fontMetrics().averageCharWidth() + 24)
    field.setDecimals(0 if of.step == 1 else 1)
    field.setSingleStep(1 if of.step == 1 else 0.5)
    field.setRange(of.low, of.high)
    field.setAccessibleName(of.label)
    field.setAccessibleDescription(_default(of))
    return field


def _beside(field: QWidget, of: Setting, parent: QWidget) -> QWidget:
    """A field with its default behind it."""
    both = QWidget(parent)
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    told = QLabel(_default(of), both)
    told.setTextFormat(Qt.TextFormat.PlainText)
    told.setObjectName("muted")
    row.addWidget(field)
    row.addWidget(told, 1)
    return both


def _default(of: Setting) -> str:
    now = setting.value(DEFAULTS, of)
    told = f"{now:g}" if (of.low, of.high) != (0, 1) else "yes" if now else "no"
    return f"default {told} ({of.source})"
