"""The fields of an import: where a transcript belongs, how it is read, and what is found in it."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from coder.ui.import_choices import ImportChoices
from coder.ui.import_file import Named
from coder.ui.import_preview import ImportPreview
from coder.ui.import_roles import ImportRoles

_NO_FILE, _NO_SOUND, _OWN = "choose or drop one", "no recording", "this file’s own"
_NARROW = 110  # characters across, below which names of fields stand above them
_SHARE = 0.42  # of the height at most for what was found and whose the labels are


class ImportForm(QDialog):
    """The fields and lists, laid out for the room there is; ``asked`` names what a button wants.

    For another ``version`` of a transcript nobody is asked where it belongs.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, version: bool = False) -> None:
        super().__init__(parent)
        self._version = version
        self.participant, self.number = QLineEdit(self), QLineEdit(self)
        self.clock, self.base = QLineEdit("0:00", self), QComboBox(self)
        self._file, self._sound = Named(_NO_FILE, self), Named(_NO_SOUND, self)
        self._times, self.found = Named(_OWN, self), QLabel(self)
        self.found.setObjectName("banner")
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        self.found.setWordWrap(True)
        self.roles = ImportRoles(self)
        self.choices = ImportChoices(self)
        self.preview = ImportPreview(self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = QPushButton("Import", self)
        self.go.setObjectName("primary")
        self.buttons.addButton(self.go, QDialogButtonBox.ButtonRole.ActionRole)
        self._name()
        self._lay_out()

    @property
    def role_of(self) -> dict[str, QComboBox]:
        """The boxes that say whose each label is, by the label as it is shown."""
        return self.roles.boxes

    def _name(self) -> None:
        self.clock.setToolTip("Session time of the recording’s first moment: h:mm:ss or m:ss")
        self.base.setMinimumContentsLength(14)
        self.base.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.base.addItems(["session clock", "recording’s start"])
        for widget, name in (
            (self.participant, "Participant"),
            (self.number, "Session"),
            (self.clock, "Recording begins at"),
            (self.base, "Times count from"),
        ):
            widget.setAccessibleName(name)

    def _lay_out(self) -> None:
        self._across = across = QSplitter(Qt.Orientation.Horizontal, self)
        self._narrow, self._shared = False, True
        across.setChildrenCollapsible(False)
        across.addWidget(self._fields())
        across.addWidget(self._shown())
        across.setStretchFactor(1, 1)
        across.setSizes([400, 680])
        layout = QVBoxLayout(self)
        layout.addWidget(across, 1)
        layout.addWidget(self.buttons)
        self._order()

    def _fields(self) -> QWidget:
        """Where the transcript belongs, and below how it is read."""
        self._form = form = QFormLayout()
        self._asking: list[QWidget] = []
        row = self._with_buttons(self._file, "the transcript", "_ask_transcript")
        form.addRow("Transcript", row)
        if not self._version:
            row = self._with_buttons(self._sound, "the recording", "_ask_media", "no_sound")
            form.addRow("Recording", row)
            form.addRow("Participant", self.participant)
            form.addRow("Session", self.number)
            form.addRow("Recording begins at", self.clock)
            self._asking += [self.participant, self.number, self.clock]
        else:
            for widget in (self._sound, self.participant, self.number, self.clock):
                widget.hide()
        form.addRow("Times count from", self.base)
        self._asking.append(self.base)
        ask = "_ask_other"
        row = self._with_buttons(self._times, "the file with the times", ask, "own_times")
        form.addRow("Take times from another file", row)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.addLayout(form)
        column.addSpacing(8)
        column.addWidget(self.choices)
        column.addStretch(1)
        self._inner, self._left = left, _scrolled(left, self)
        self._left.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._left.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return self._left

    def _shown(self) -> QWidget:
        """What was found, whose the labels are, and the lists."""
        top = QWidget(self)
        above = QVBoxLayout(top)
        above.setContentsMargins(0, 0, 0, 0)
        above.addWidget(self.found)
        above.addWidget(self.roles)
        above.addStretch(1)
        self._told, self._top = top, _scrolled(top, self)
        self._later = QTimer(self)  # the width is known once all is laid out
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._fit_later)
        right = QWidget(self)
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self._top)
        beside.addWidget(self.preview, 1)
        return right

    def _with_buttons(
        self,
        label: Named,
        what: str,
        ask: str,
        clear: str | None = None,
    ) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label, 1)
        acts = [("Choose…", f"Choose {what}", ask)]
        acts += [] if clear is None else [("Clear", f"Clear {what}", clear)]
        for text, name, act in acts:
            button = QPushButton(text, self)
            button.setAccessibleName(name)
            button.clicked.connect(lambda _checked=False, what=act: self.asked.emit(what))
            row.addWidget(button)
            self._asking.append(button)
            if act == clear:
                label.clear_with(button)
        return row

    def _order(self) -> None:
        """Let Tab go through the fields as one reads them."""
        chain = [
            *self._asking,
            *self.choices.fields(),
            self._top,
            *self.role_of.values(),
            self.preview.tabBar(),
            *self.preview.tables,
            self.go,
            *self.buttons.buttons(),
        ]
        for first, then in zip(chain, dict.fromkeys(chain[1:]), strict=False):
            self.setTabOrder(first, then)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the fields to the room there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < _NARROW * self.fontMetrics().averageCharWidth()
        wrap = QFormLayout.RowWrapPolicy
        self._form.setRowWrapPolicy(wrap.WrapAllRows if narrow else wrap.DontWrapRows)
        self.choices.stack(narrow=narrow)
        if narrow != self._narrow:
            self._narrow, self._shared = narrow, False
        self._fit_top()
        self._later.start(0)

    def _fit_later(self) -> None:
        """Share the room once it is known how much the fields need."""
        self._left.setMinimumWidth(self._inner.minimumSizeHint().width() + 18)
        if not self._shared:
            self._shared = True
            self._across.setSizes([400, 600])
        self._fit_top()

    def _fit_top(self) -> None:
        top = self._told
        high = max(top.heightForWidth(self._top.viewport().width()), top.minimumSizeHint().height())
        self._top.setFixedHeight(min(high + 2, round(self.height() * _SHARE)))


def _scrolled(inner: QWidget, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setWidget(inner)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    return area
