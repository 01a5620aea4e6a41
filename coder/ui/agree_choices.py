"""What is compared and how: sessions, coders, unit, level and tolerance, as one plan."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QWidget,
)

from coder import markers
from coder.agreement import LEVELS, Level, Plan, Unit
from coder.coding import Rater
from coder.markers import ROW_SCHEME, Scheme
from coder.session import Session
from coder.settings import Settings
from coder.ui.flow import Flow
from coder.ui.quiet import QuietComboBox

_UNITS: tuple[tuple[str, Unit, bool], ...] = (
    ("patient’s substantive turns", "turn", False),
    ("all turns", "turn", True),
    ("segments", "segment", False),
    ("seconds", "second", False),
    ("marks, matched one to one", "event", False),
    ("sessions", "session", False),
)
_LEVELS: tuple[tuple[Level, str], ...] = (
    ("any", "any rupture"),
    ("family", "family"),
    ("row", "form row"),
    ("category", "category"),
    ("marker", "marker"),
)
_FINEST = {
    "marker": ("marker", "family", "any"),
    "category": ("category", "family", "any"),
    "row": ("row", "family", "any"),
    "family": ("family", "any"),
    "any": ("any",),
}


class StayingMenu(QMenu):
    """A menu that stays open while things are checked in it."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Check, and stay."""
        action = self.activeAction()
        if action in self.actions() and action.isEnabled():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space checks, and stays."""
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action in self.actions():
            action.trigger()
        else:
            super().keyPressEvent(event)


class Several(QToolButton):
    """A button with a menu of things to check; all of them at first."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._of: dict[QAction, object] = {}
        self._then: tuple[object, ...] = ()
        self._menu = StayingMenu(self)
        self.setMenu(self._menu)
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")  # ▾ is in its words
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._menu.aboutToShow.connect(self._begin)
        self._menu.aboutToHide.connect(self._end)
        self._tell()

    def offer(self, things: Sequence[tuple[object, str]]) -> None:
        """Offer these by their ids and names; what was unchecked stays so."""
        left = {self._of[action] for action in self._of if not action.isChecked()}
        self._menu.clear()
        self._of = {}
        everything = self._menu.addAction("All")
        everything.triggered.connect(lambda _checked=False: self._check_all())
        self._menu.addSeparator()
        for key, name in things:
            action = self._menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(key not in left)
            action.toggled.connect(lambda _on: self._tell())
            self._of[action] = key
        self._then = self.chosen()
        self._tell()

    def chosen(self) -> tuple[object, ...]:
        """The ids of what is checked."""
        return tuple(key for action, key in self._of.items() if action.isChecked())

    def count(self) -> int:
        """How many things are on offer."""
        return len(self._of)

    def check(self, keys: Iterable[object]) -> None:
        """Check these alone."""
        wanted = set(keys)
        for action, key in self._of.items():
            action.setChecked(key in wanted)
        self._end()

    def _check_all(self) -> None:
        for action in self._of:
            action.setChecked(True)

    def _begin(self) -> None:
        self._then = self.chosen()

    def _end(self) -> None:
        if self.chosen() != self._then:
            self._then = self.chosen()
            self.changed.emit()

    def _tell(self) -> None:
        names = [action.text() for action in self._of if action.isChecked()]
        told = "all" if len(names) == len(self._of) else str(len(names))
        if 0 < len(names) <= 2 and len(names) < len(self._of):  # noqa: PLR2004 - what fits
            told = ", ".join(names)
        number = f" {len(self._of)}" if told == "all" and self._of else ""
        self.setText(f"{self._name}  {told}{number} ▾")
        self.setAccessibleName(f"{self._name}: {told}")


class Choices(QWidget):
    """The fields; every change asks for other numbers."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sessions, self.coders = Several("Sessions", self), Several("Coders", self)
        self.scheme = QuietComboBox(self)
        self.unit, self.level = QuietComboBox(self), QuietComboBox(self)
        self.rows = QuietComboBox(self)
        self.segment, self.tolerance = QDoubleSpinBox(self), QDoubleSpinBox(self)
        self.gamma = QCheckBox("gamma of spans", self)
        self._sessions: dict[str, Session] = {}
        self._raters: dict[str, Rater] = {}
        self._schemes: tuple[Scheme, ...] = ()
        self._kept = Plan()
        self._rows_of: set[str] = set()
        for name, unit, everyone in _UNITS:
            self.unit.addItem(name, (unit, everyone))
        for level, name in _LEVELS:
            self.level.addItem(name, level)
        for box, most, suffix in ((self.segment, 60, " min"), (self.tolerance, 120, " s")):
            box.setRange(0.5, most)
            box.setDecimals(1)
            box.setSuffix(suffix)
            box.setKeyboardTracking(False)
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        self.take(None, settings)
        for button in (self.sessions, self.coders):
            button.changed.connect(self.changed)
        self.scheme.activated.connect(lambda _row: self._offer_levels())
        for combo in (self.scheme, self.unit, self.level, self.rows):
            combo.activated.connect(lambda _row: self._on_chosen())
        self.gamma.toggled.connect(lambda _on: self.changed.emit())
        for box in (self.segment, self.tolerance):
            box.valueChanged.connect(lambda _value: self.changed.emit())

    def _lay_out(self) -> None:
        flow = Flow(self)
        flow.addWidget(self.sessions)
        flow.addWidget(self.coders)
        self.fields: dict[str, QWidget] = {}
        for name, widget in (
            ("Scheme", self.scheme),
            ("Unit", self.unit),
            ("of", self.segment),
            ("Level", self.level),
            ("of the rows", self.rows),
            ("Tolerance", self.tolerance),
        ):
            flow.addWidget(self.field(name, widget))
        flow.addWidget(self.gamma)
        self.gamma.setToolTip("Align marks with a length as well as can be; it takes a while.")
        self.segment.setAccessibleName("Length of a segment")
        self.rows.setAccessibleName("The scheme whose rows are counted")

    def field(self, name: str, widget: QWidget) -> QWidget:
        """A field with its name before it."""
        whole = QWidget(self)
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        label = QLabel(name, whole)
        label.setObjectName("muted")
        row.addWidget(label)
        row.addWidget(widget)
        widget.setAccessibleName(name)
        self.fields[name] = whole
        return whole

    def take(self, fixed: Mapping[str, object] | None, settings: Settings) -> None:
        """Begin with the rules that were fixed, or the usual ones."""
        kept = Plan(tolerance_ms=settings.tolerance_ms, backchannels=settings.backchannels)
        kept = kept if fixed is None else kept.as_fixed(fixed)
        levels = kept.levels
        finest: Level = next((each for each in ("row", *LEVELS) if each in levels), "any")
        self._kept = kept
        for box, value in (
            (self.segment, kept.segment_ms / 60_000),
            (self.tolerance, kept.tolerance_ms / 1000),
        ):
            box.blockSignals(True)  # noqa: FBT003 - Qt’s own argument
            box.setValue(value)
            box.blockSignals(False)  # noqa: FBT003 - Qt’s own argument
        self.unit.setCurrentIndex(
            next(
                n
                for n, (_, unit, everyone) in enumerate(_UNITS)
                if unit == kept.unit and everyone == (kept.all_turns and unit == "turn")
            )
        )
        self.set_level(finest)
        self._show_fields()

    def plan(self) -> Plan:
        """The plan these fields make."""
        unit, everyone = self.unit.currentData()
        return dataclasses.replace(
            self._kept,
            unit=unit,
            all_turns=everyone,
            levels=_FINEST[self.level_chosen()],  # type: ignore[arg-type] # of LEVELS
            rows=self.rows.currentData() or self._kept.rows,
            segment_ms=round(self.segment.value() * 60_000),
            tolerance_ms=round(self.tolerance.value() * 1000),
            gamma=self.gamma.isChecked() and unit == "event",
        )

    def level_chosen(self) -> Level:
        """The finest level shown."""
        level: Level = self.level.currentData()
        return level

    def set_level(self, level: Level) -> None:
        """Choose a level without asking for its numbers yet."""
        self.level.setCurrentIndex(max(0, self.level.findData(level)))

    def offer(
        self, sessions: Sequence[Session], raters: Sequence[Rater], schemes: Sequence[Scheme]
    ) -> None:
        """Offer what there is to compare."""
        self._sessions = {each.id: each for each in sessions}
        self._raters = {each.id: each for each in raters}
        self.sessions.offer([(each.id, each.address) for each in sessions])
        self.coders.offer([(each.id, each.name) for each in raters])
        before = self.scheme.currentData()
        self.scheme.clear()
        self.scheme.addItem("all", None)
        for each in sorted({scheme.id for scheme in schemes}):
            self.scheme.addItem(each, each)
        self.scheme.setCurrentIndex(max(0, self.scheme.findData(before)))
        self._schemes = tuple(schemes)
        self._offer_levels()
        self._show_fields()

    def _offer_levels(self) -> None:
        """Offer the levels that the schemes have, and the schemes whose rows they lead to."""
        chosen = self.scheme.currentData()
        schemes = [each for each in self._schemes if chosen in {None, each.id}]
        if not schemes:
            return
        whose = "everyone’s" if all(each.of_repair for each in schemes) else "patient’s"
        self.unit.setItemText(0, f"{whose} substantive turns")
        own = {each.id for each in schemes}
        alone = own if len(own) == 1 else set()
        rows = [n for n in markers.row_schemes(schemes) if n not in alone or n == ROW_SCHEME]
        levels = set(markers.levels_of(schemes)) - (set() if rows else {"row"})
        level = self.level_chosen()
        # Rows that were chosen stay for as long as the schemes do; those of others may not fit.
        before = self.rows.currentData() if own == self._rows_of else None
        kept = self._kept.rows if self._kept.rows in rows else markers.rows_usual(schemes)
        before, self._rows_of = before or kept, own
        self.rows.clear()
        for each in rows:
            self.rows.addItem(each, each)
        self.rows.setCurrentIndex(max(0, self.rows.findData(before)))
        self.level.clear()
        for each_level, name in _LEVELS:
            if each_level in levels:
                other = each_level == "row" and ROW_SCHEME not in rows
                self.level.addItem("row" if other else name, each_level)
        self.set_level(level if level in levels else "marker")

    def chosen_sessions(self) -> tuple[Session, ...]:
        """The sessions that are checked."""
        return tuple(self._sessions[str(key)] for key in self.sessions.chosen())

    def chosen_raters(self) -> tuple[Rater, ...]:
        """The coders that are checked."""
        return tuple(self._raters[str(key)] for key in self.coders.chosen())

    def _on_chosen(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _show_fields(self) -> None:
        unit = self.unit.currentData()[0]
        self.segment.setEnabled(unit == "segment")
        self.gamma.setVisible(unit == "event")
        rows = {self.rows.itemData(n) for n in range(self.rows.count())}
        several = self.level_chosen() == "row" and not rows <= {ROW_SCHEME}
        self.fields["of the rows"].setVisible(several)
        self.fields["Scheme"].setVisible(self.scheme.count() > 2)  # noqa: PLR2004 - “all”, and one
