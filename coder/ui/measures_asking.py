"""The questions of the People page: each gives back the act to carry out, None where closed."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCheckBox, QDateEdit, QListWidget, QListWidgetItem, QWidget

from coder import people
from coder.coding import Rater, Relationship
from coder.session import Session, Therapist, Use
from coder.study import Study
from coder.ui import dialogs
from coder.ui.quiet import QuietComboBox
from coder.ui.workspace import Workspace

IS = {
    Relationship.SELF: "is the therapist",
    Relationship.SUPERVISEE: "is their supervisee",
    Relationship.SUPERVISOR: "is their supervisor",
}
_WITHDRAWN = (
    "Nothing further is made of the sessions. What was made of them stays as it is, until the "
    "session is deleted."
)
_ENDS = "The last day it holds. After it nothing further is made of the sessions."
_TICK = "Space ticks a session; the therapist it has now stands behind it."
_ROWS = 9

Act = Callable[[], object]
Fields = list[tuple[str, QWidget]]


class Asking:
    """Asks in dialogs above a page; an act is carried out as who looks, the lead or nobody."""

    def __init__(self, page: QWidget, workspace: Workspace) -> None:
        self._page = page
        self._workspace = workspace

    def add(self, study: Study) -> Act | None:
        """Ask for a new therapist."""
        by = self._workspace.viewer
        name = dialogs.ask_line(self._page, "Pseudonym of the therapist:")
        return (lambda: people.add_therapist(study, name, by)) if name else None

    def rename(self, study: Study, old: Therapist | None) -> Act | None:
        """Ask for another pseudonym."""
        by = self._workspace.viewer
        if old is None:
            return None
        name = dialogs.ask_line(self._page, "Other pseudonym of the therapist:", old.pseudonym)
        return (lambda: people.rename_therapist(study, old, name, by)) if name else None

    def set_therapist(self, study: Study) -> Act | None:
        """Ask whose sessions some are."""
        by = self._workspace.viewer
        names = {each.id: each.pseudonym for each in study.therapists()}
        sessions, whose = QListWidget(self._page), _box(self._page, "Therapist")
        sessions.setAccessibleName("Sessions")
        every = study.sessions()
        for each in every:
            now = names.get(each.therapist_id) if each.therapist_id else None
            item = QListWidgetItem(each.address + (f"  ({now})" if now else ""), sessions)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        sessions.setMinimumHeight(_ROWS * (sessions.fontMetrics().height() + 6))
        for therapist in study.therapists():
            whose.addItem(therapist.pseudonym, therapist)
        whose.addItem("nobody", None)
        fields: Fields = [("Sessions", sessions), ("Therapist", whose)]
        title = "Therapist of sessions"
        if not every or not dialogs.ask_form(self._page, title, fields, _TICK):
            return None
        chosen = _ticked(sessions, every)
        named = whose.currentData()
        return (lambda: people.set_therapist(study, chosen, named, by)) if chosen else None

    def relate(
        self, study: Study, raters: Sequence[Rater], given: Therapist | None
    ) -> tuple[Rater, Therapist, str | None] | None:
        """Ask what a coder is to a therapist; None of these is no relation."""
        page = self._page
        rater, whose, kind = _box(page, "Coder"), _box(page, "Therapist"), _box(page, "Relation")
        for coder in raters:
            rater.addItem(coder.name, coder)
        for therapist in study.therapists():
            whose.addItem(therapist.pseudonym, therapist)
        if given is not None:
            whose.setCurrentText(given.pseudonym)
        for each, told in IS.items():
            kind.addItem(told, each.value)  # Qt gives back a plain text
        kind.addItem("none", None)
        fields: Fields = [("Coder", rater), ("is to", whose), ("", kind)]
        if not dialogs.ask_form(page, "Relation of a coder", fields):
            return None
        return rater.currentData(), whose.currentData(), kind.currentData()

    def agree(self, study: Study) -> Act | None:
        """Ask what a person agreed to."""
        by = self._workspace.viewer
        page = self._page
        person, use = self._person(study), _box(page, "Use")
        for each in Use:
            use.addItem(each.value, each.value)
        given, until = _day(page, "Since"), _day(page, "Until")
        ends = QCheckBox("on a day", page)
        until.setEnabled(False)
        ends.toggled.connect(until.setEnabled)
        synthetic = QCheckBox("There is no person to ask (invented session)", page)
        fields: Fields = [
            ("Person", person),
            ("Agrees to", use),
            ("Since", given),
            ("Ends", ends),
            ("Until", until),
            ("", synthetic),
        ]
        if not person.count() or not dialogs.ask_form(page, "Record consent", fields):
            return None
        terms = people.Terms(
            Use(use.currentData()),
            _date(given),
            _date(until) if ends.isChecked() else None,
            synthetic=synthetic.isChecked(),
        )
        who = person.currentData()
        return lambda: people.record_consent(study, who, terms, by)

    def end(self, study: Study) -> Act | None:
        """Ask until when what was agreed to holds."""
        by = self._workspace.viewer
        person, use, day = self._person(study), self._uses(), _day(self._page, "Until")
        fields: Fields = [("Person", person), ("Agrees to", use), ("Until", day)]
        title = "Consent ends on a day"
        if not person.count() or not dialogs.ask_form(self._page, title, fields, _ENDS):
            return None
        who, chosen, on = person.currentData(), _use(use), _date(day)
        return lambda: people.end_consent(study, who, chosen, expires=on, by=by)

    def withdraw(self, study: Study) -> Act | None:
        """Ask from when what was agreed to holds no longer."""
        by = self._workspace.viewer
        person, use, day = self._person(study), self._uses(), _day(self._page, "From")
        fields: Fields = [("Person", person), ("No longer agrees to", use), ("From", day)]
        title = "Withdraw consent"
        if not person.count() or not dialogs.ask_form(self._page, title, fields, _WITHDRAWN):
            return None
        who, chosen, on = person.currentData(), _use(use), _date(day)
        return lambda: people.end_consent(study, who, chosen, withdrawn=on, by=by)

    def _person(self, study: Study) -> QuietComboBox:
        box = _box(self._page, "Person")
        for participant in study.participants():
            box.addItem(f"participant {participant.pseudonym}", participant)
        for therapist in study.therapists():
            box.addItem(f"therapist {therapist.pseudonym}", therapist)
        return box

    def _uses(self) -> QuietComboBox:
        box = _box(self._page, "Use")
        box.addItem("everything", None)
        for each in Use:
            box.addItem(each.value, each.value)
        return box


def _ticked(listed: QListWidget, sessions: Sequence[Session]) -> list[Session]:
    rows = range(listed.count())
    ticked = [listed.item(row).checkState() == Qt.CheckState.Checked for row in rows]
    return [session for session, on in zip(sessions, ticked, strict=True) if on]


def _use(box: QuietComboBox) -> Use | None:
    return None if box.currentData() is None else Use(box.currentData())


def _box(parent: QWidget, name: str) -> QuietComboBox:
    box = QuietComboBox(parent)
    box.setAccessibleName(name)
    return box


def _day(parent: QWidget, name: str) -> QDateEdit:
    field = QDateEdit(QDate.currentDate(), parent)
    field.setDisplayFormat("yyyy-MM-dd")
    field.setCalendarPopup(True)
    field.setAccessibleName(name)
    return field


def _date(field: QDateEdit) -> date:
    return date.fromisoformat(field.date().toString(Qt.DateFormat.ISODate))
