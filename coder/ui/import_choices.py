"""How a file is to be read, as far as a person wants to say: what a command takes as options."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from coder import transcripts
from coder.session import Role, parse_clock
from coder.transcripts import Options, Reading
from coder.transcripts.asked import COLUMNS, frame_rate, offsets, ranges

ENCODINGS = ("utf-8", "utf-16", "cp1252", "mac-roman", "latin-1", "cp932", "gb18030")
_PAUSE_MS = 350
_FOUND = "automatic"
_NAME = Qt.ItemDataRole.UserRole
Value = TypeVar("Value")


class ImportChoices(QWidget):
    """Fields for each option.

    ``touched`` is told at each change, ``changed`` a moment after the last of a run of them.
    """

    touched = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self._picked = False  # the tiers are a person's choice
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_PAUSE_MS)
        self._wait.timeout.connect(self.changed)
        self.format = QComboBox(self)
        self.format.addItem(_FOUND, None)
        for each in transcripts.FORMATS:
            self.format.addItem(f"{each.title} ({each.name})", each.name)
        self.encoding = QComboBox(self)
        self.encoding.setEditable(True)
        self.encoding.addItems([_FOUND, *ENCODINGS])
        self.part = QComboBox(self)
        self.tiers = QListWidget(self)
        self.tiers.setMaximumHeight(90)
        self.columns = {name: QComboBox(self) for name in COLUMNS}
        self.gap = self._line(
            "off", "Join a speaker’s neighbouring turns no further apart than this"
        )
        self.lift = QCheckBox("take out of the words", self)
        self.lift.setToolTip("Take notes such as (sigh) out of the words; they are kept as notes")
        self.skip = self._line("none", "Lines to leave out, as in 1-12, 40")
        self.rate = self._line("none", "Frames per second, where times count frames")
        self.offset = self._line(
            "none",
            "From a line on, times count so much later: 124=39:15 moves line 124 and all below",
        )
        self.pattern = self._line("usual ones", "How times are written: hh, mm, ss and ff")
        self.as_written = QCheckBox("keep its signs in the words", self)
        self._narrow()
        self._lay_out()
        self._connect()

    def _narrow(self) -> None:
        """Let no long name of a format or a column make the dialog wide."""
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        for box in self.findChildren(QComboBox):
            box.setSizeAdjustPolicy(policy)
            box.setMinimumContentsLength(14)

    def _line(self, shown: str, about: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setPlaceholderText(shown)
        line.setToolTip(about)
        line.setAccessibleDescription(about)
        return line

    def _lay_out(self) -> None:
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        rows: list[tuple[str, QWidget]] = [
            ("Format", self.format),
            ("Encoding", self.encoding),
            ("Session in the file", self.part),
            ("Tiers to take", self.tiers),
            *((f"Column of {name}", box) for name, box in self.columns.items()),
            ("Join turns (seconds)", self.gap),
            ("Notes", self.lift),
            ("Lines to leave out", self.skip),
            ("Frame rate", self.rate),
            ("Shift times from a line on", self.offset),
            ("Form of times", self.pattern),
            ("CHAT", self.as_written),
        ]
        for name, widget in rows:
            self._form.addRow(name, widget)
            own = widget.text() if isinstance(widget, QCheckBox) else ""
            widget.setAccessibleName(f"{name}: {own}" if own else name)
        self.offer(None)

    def _connect(self) -> None:
        for box in (self.format, self.part, *self.columns.values()):
            box.activated.connect(lambda _row: self._on_change())
        self.encoding.currentTextChanged.connect(lambda _text: self._on_change())
        self.tiers.itemChanged.connect(lambda _item: self._on_tick())
        for line in (self.gap, self.skip, self.rate, self.offset, self.pattern):
            line.textEdited.connect(lambda _text: self._on_change())
        for check in (self.lift, self.as_written):
            check.toggled.connect(lambda _on: self._on_change())

    def _on_tick(self) -> None:
        if not self._quiet:
            self._picked = bool(self._checked())  # none at all: those with speech are taken
            self.touch()

    def _on_change(self) -> None:
        if not self._quiet:
            self.touch()

    def touch(self) -> None:
        """Have the file read again, once no more changes come."""
        self.touched.emit()
        self._wait.start()

    def fields(self) -> list[QWidget]:
        """The fields from top to bottom."""
        return [
            self.format,
            self.encoding,
            self.part,
            self.tiers,
            *self.columns.values(),
            self.gap,
            self.lift,
            self.skip,
            self.rate,
            self.offset,
            self.pattern,
            self.as_written,
        ]

    def stack(self, *, narrow: bool) -> None:
        """Put the names of the fields above them where there is little room."""
        wrap = QFormLayout.RowWrapPolicy
        self._form.setRowWrapPolicy(wrap.WrapAllRows if narrow else wrap.DontWrapRows)

    def offer(self, reading: Reading | None) -> None:
        """Offer what there is to choose in a file: its sessions, tiers and columns."""
        self._quiet = True
        parts = () if reading is None else reading.parts
        tiers = () if reading is None else reading.tiers
        titles = () if reading is None else reading.titles
        if parts or reading is None:
            _fill(self.part, [("all of them", None), *((f"{n} · {c} turns", n) for n, c in parts)])
        if tiers or reading is None:
            self._offer_tiers(tiers, reading)
        for name, box in self.columns.items():
            used = "" if reading is None else reading.columns.get(name, "")
            found = f"{_FOUND}: {used}" if used else _FOUND
            _fill(box, [(found, None), *((title, title) for title in titles)])
            self._form.setRowVisible(box, bool(titles))
        self._form.setRowVisible(self.part, bool(parts))
        self._form.setRowVisible(self.tiers, bool(tiers))
        chat = reading is not None and reading.format == "chat"
        self._form.setRowVisible(self.as_written, chat)
        self._quiet = False

    def _offer_tiers(self, tiers: tuple[tuple[str, int], ...], reading: Reading | None) -> None:
        """List the tiers, with a tick at those that were taken."""
        if [self.tiers.item(n).data(_NAME) for n in range(self.tiers.count())] != [
            name for name, _ in tiers
        ]:
            self._picked = False
            self.tiers.clear()
            for name, count in tiers:
                QListWidgetItem(f"{name} · {count}", self.tiers).setData(_NAME, name)
        taken = () if reading is None else reading.taken
        for item in [self.tiers.item(n) for n in range(self.tiers.count())]:
            on = item.data(_NAME) in taken
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _checked(self) -> tuple[str, ...]:
        items = [self.tiers.item(n) for n in range(self.tiers.count())]
        return tuple(i.data(_NAME) for i in items if i.checkState() == Qt.CheckState.Checked)

    def options(
        self, roles: Mapping[str, Role], names: tuple[tuple[str, str], ...] = ()
    ) -> Options:
        """What was asked for. Raises CoderError for a field that cannot be read."""
        encoding = self.encoding.currentText().strip()
        return Options(
            format=self.format.currentData(),
            encoding=None if encoding in {"", _FOUND} else encoding,
            merge_gap_ms=_asked(self.gap, _seconds),
            roles=dict(roles),
            tiers=self._checked() if self._picked else (),
            columns={n: box.currentData() for n, box in self.columns.items() if box.currentData()},
            part=self.part.currentData(),
            frame_rate=_asked(self.rate, frame_rate),
            lift_notes=self.lift.isChecked(),
            skip=_asked(self.skip, ranges) or (),
            offsets=_asked(self.offset, offsets) or (),
            time_pattern=self.pattern.text().strip() or None,
            as_written=self.as_written.isChecked(),
            names=names,
        )


def _seconds(text: str) -> int:
    """Read seconds, with a comma too; in ms."""
    return parse_clock(text.replace(",", "."))


def _asked(line: QLineEdit, read: Callable[[str], Value]) -> Value | None:
    text = line.text().strip()
    return read(text) if text else None


def _fill(box: QComboBox, items: Sequence[tuple[str, str | None]]) -> None:
    """Offer these, and keep what was chosen if it is still among them."""
    chosen = box.currentData()
    box.clear()
    for text, data in items:
        box.addItem(text, data)
    box.setCurrentIndex(max(0, box.findData(chosen)))
