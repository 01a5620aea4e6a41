"""The form by which answers are entered: a session, an instrument, a field for each item."""

import itertools
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from coder import measures
from coder.errors import CoderError
from coder.measures.defining import AnswersRefused, checked
from coder.measures.entering import is_answered
from coder.session import Instrument, Measure, is_name
from coder.study import Study
from coder.ui.quiet import QuietComboBox
from coder.words import say

_WHAT = {
    "relationship": "relationship",
    "goals": "goals and topics",
    "approach": "approach or method",
    "overall": "overall",
    "a1": "A1 helpful or hindering",
    "a2": "A2 problems resolved",
    "b1a": "B1a tension",
    "b1b": "B1b how upset by it",
    "b2a": "B2a holding back",
    "b2b": "B2b how upset by it",
    "b3": "B3 the problem, in words",
    "b4": "B4 addressed",
    "b5": "B5 resolved",
    "b6": "B6 what helped, in words",
}


_HOW = (
    "Tab goes on, Enter saves, Ctrl+Enter saves and goes to the next session. What was left out "
    "stays empty."
)


class EntryForm(QDialog):
    """Answers of one session; it only closes with answers that can be taken."""

    entered = Signal(str, str, object)

    def __init__(
        self,
        study: Study,
        address: str = "",
        instrument_id: str = measures.SRS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Enter answers")
        self._study = study
        self.fields: dict[str, QLineEdit | QPlainTextEdit] = {}
        self.refused: dict[str, QLabel] = {}
        self._offered = ""
        self.session, self.instrument = QLineEdit(address, self), QuietComboBox(self)
        self.told = QLabel(self)
        self._room, self._inside = QScrollArea(self), QWidget(self)
        for each in measures.instruments(study):
            self.instrument.addItem(each.title, each)
        row = [each.id for each in measures.instruments(study)].index(instrument_id)
        self.instrument.setCurrentIndex(row)
        self._lay_out()
        self.instrument.currentIndexChanged.connect(lambda _row: self._offer())
        self.session.editingFinished.connect(self._on_session)
        self._offer()

    def _lay_out(self) -> None:
        self.session.setAccessibleName("Session, as participant/number")
        self.session.setPlaceholderText("P1/3")
        self.instrument.setAccessibleName("Instrument")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.setAccessibleName("What was refused")
        head = QFormLayout()
        head.addRow("Session", self.session)
        head.addRow("Instrument", self.instrument)
        self._room.setWidgetResizable(True)
        self._room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        kinds = QDialogButtonBox.StandardButton
        self._buttons = buttons = QDialogButtonBox(kinds.Save | kinds.Cancel, self)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.go_on = buttons.addButton("Save, next session", QDialogButtonBox.ButtonRole.ActionRole)
        self.go_on.setToolTip("Ctrl+Enter")
        self.go_on.clicked.connect(lambda _checked=False: self.take_and_go_on())
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(self._room, 1)
        whole.addWidget(self.told)
        whole.addWidget(buttons)
        self.resize(520, 560)

    def of(self) -> Instrument:
        """The instrument that is answered."""
        chosen: Instrument = self.instrument.currentData()
        return chosen

    def given(self) -> dict[str, str]:
        """What stands in the fields."""
        return {
            item: field.text() if isinstance(field, QLineEdit) else field.toPlainText()
            for item, field in self.fields.items()
        }

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter goes on with the next session."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.take_and_go_on()
        else:
            super().keyPressEvent(event)

    def accept(self) -> None:
        """Close if what was given can be taken; else say what cannot, and where."""
        if self._take():
            super().accept()

    def take_and_go_on(self) -> None:
        """Keep what was given, and go on with the participant's next session."""
        address = self.session.text().strip()
        if self._take():
            self.session.setText(next_session(self._study, address))
            self._offer()
            next(iter(self.fields.values())).setFocus()
            self.told.setText(f"{address} is entered.")

    def _take(self) -> bool:
        address = self.session.text().strip()
        for item in self.fields:
            self._mark(item, "")
        try:
            self._check(address)
        except AnswersRefused as fault:
            marked = [self._mark(str(f.where.get("item", "")), say(f)) for f in fault.faults]
            self.told.setText("" if all(marked) else say(fault))
            return False
        except CoderError as fault:
            self.told.setText(say(fault))
            return False
        self.entered.emit(address, self.of().id, self.given())
        return True

    def _mark(self, item: str, why: str) -> bool:
        """Say beside a field why it is refused, the first of them with the focus."""
        beside, field = self.refused.get(item), self.fields.get(item)
        if beside is None or field is None:
            return False
        if why and not any(each.text() for each in self.refused.values()):
            field.setFocus()
        beside.setText(why)
        beside.setVisible(bool(why))
        field.setAccessibleDescription(why)
        return True

    def _check(self, address: str) -> None:
        participant, _, number = address.partition("/")
        if not is_name(participant) or not is_name(number) or "/" in number:
            raise CoderError("bad_address", participant=participant, number=number)
        if not is_answered(checked(self.of(), self.given())):
            raise CoderError("answers_none", instrument=self.of().title)

    def _on_session(self) -> None:
        """Offer what is there of another session; what is typed for the same one stays."""
        if self.session.text().strip() != self._offered:
            self._offer()

    def _offer(self) -> None:
        """Offer a field for each item, with what is there already."""
        of = self.of()
        self._offered = self.session.text().strip()
        kept = self._kept()
        self._inside = QWidget(self)
        form = QFormLayout(self._inside)
        self.fields, self.refused = {}, {}
        whole = () if of.items else (measures.SCORE,)
        total = (measures.scored(of).what,) if measures.scored(of).what == measures.TOTAL else ()
        for item in (*of.items, *whole, *total):
            self.fields[item] = field = self._field(of, item, kept)
            self.refused[item] = beside = QLabel(self._inside)
            beside.setTextFormat(Qt.TextFormat.PlainText)
            beside.setWordWrap(True)
            beside.setObjectName("warning")
            beside.hide()
            form.addRow(name_of(of, item), field)
            form.addRow("", beside)
        self._room.setWidget(self._inside)
        kinds = QDialogButtonBox.StandardButton
        ends = (self._buttons.button(kinds.Save), self.go_on, self._buttons.button(kinds.Cancel))
        # The fields are newer than the buttons, and Tab would come to them last.
        way = (self.session, self.instrument, *self.fields.values(), *ends)
        for one, after in itertools.pairwise(way):
            QWidget.setTabOrder(one, after)
        self.told.setText(_HOW)

    def _field(
        self, of: Instrument, item: str, kept: Mapping[str, str]
    ) -> QLineEdit | QPlainTextEdit:
        if item in measures.written(of):
            words = QPlainTextEdit(kept.get(item, ""), self._inside)
            words.setTabChangesFocus(True)
            words.setFixedHeight(4 * words.fontMetrics().height())
            words.setAccessibleName(name_of(of, item))
            return words
        field = QLineEdit(kept.get(item, ""), self._inside)
        low, high = measures.range_of(of, item)
        field.setPlaceholderText(f"{low:g} to {high:g}")
        field.setAccessibleName(f"{name_of(of, item)}, {low:g} to {high:g}")
        return field

    def _kept(self) -> dict[str, str]:
        """What was answered already, as it is written."""
        address = self.session.text().strip().casefold()
        for session in self._study.sessions():
            if session.address.casefold() == address:
                kept = measures.measure_of(self._study, session.id, self.of().id)
                return {} if kept is None else written_out(kept)
        return {}


def name_of(of: Instrument, item: str) -> str:
    """What an item is called beside its field."""
    if item == measures.TOTAL:
        return "or only the total"
    return _WHAT.get(item, item) if of in measures.BUILT_IN else item


def next_session(study: Study, address: str) -> str:
    """The participant's session after one; where there is none, the number after it."""
    participant, _, number = address.partition("/")
    theirs = [
        each.address
        for each in study.sessions()
        if each.participant.casefold() == participant.casefold()
    ]
    folded = [each.casefold() for each in theirs]
    at = folded.index(address.casefold()) if address.casefold() in folded else len(theirs)
    if at + 1 < len(theirs):
        return theirs[at + 1]
    return f"{participant}/{int(number) + 1}" if number.isdecimal() else f"{participant}/"


def written_out(measure: Measure) -> dict[str, str]:
    """The answers of a measure as they are typed."""
    return {
        each.item: each.text or f"{each.value:g}"
        for each in measure.answers
        if each.text or each.value is not None
    }
