"""People: therapists and their sessions, what coders are to them, and who agreed to what.

The lead keeps these; a coder reads them, and declares what they are to a therapist themselves.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from coder import people
from coder.coding import Relationship
from coder.consents import today
from coder.session import Therapist
from coder.study import Study
from coder.ui.flow import Flow
from coder.ui.grid import Grid, Line
from coder.ui.measures_asking import IS, Asking
from coder.ui.measures_follows import CONSENTS, FOLLOWS, consent_line, counted, follows_line
from coder.ui.workspace import Workspace

_THERAPISTS = ("Therapist", "Sessions", "Coders who are related")
_ABOUT = (
    "Names are pseudonyms. What a coder is to a therapist stands in the methods text; their own "
    "sessions are self-review, outside agreement, and answers about these are kept from them. "
    "Training needs consent on record; research and supervision are refused where consent to them "
    "was on record and no longer holds."
)
_READ_ONLY = " You may say what you yourself are to a therapist; the rest is the lead’s to keep."


class PeoplePage(QWidget):
    """Three lists, and the acts that fill them."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._asking = Asking(self, workspace)
        self.therapists, self.consents = Grid("Therapists", self), Grid("Consents", self)
        self.follows = Grid("What sessions may be used for today", self)
        self.about, self.counted = QLabel(self), QLabel(self)
        self.add = QPushButton("New therapist…", self)
        self.rename = QPushButton("Rename therapist…", self)
        self.whose = QPushButton("Therapist of sessions…", self)
        self.relate = QPushButton("Relation of a coder…", self)
        self.agree = QPushButton("Record consent…", self)
        self.end = QPushButton("Consent ends on…", self)
        self.withdraw = QPushButton("Withdraw consent…", self)
        self._acts = (
            (self.add, self._asking.add),
            (self.rename, self._rename),
            (self.whose, self._asking.set_therapist),
            (self.relate, self._relate),
            (self.agree, self._asking.agree),
            (self.end, self._asking.end),
            (self.withdraw, self._asking.withdraw),
        )
        self._lay_out()
        for button, act in self._acts:
            button.clicked.connect(lambda _checked=False, act=act: self._ask(act))

    def _lay_out(self) -> None:
        for label in (self.about, self.counted):
            label.setObjectName("muted")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        upper, lower = Flow(), Flow()
        for button in (self.add, self.rename, self.whose, self.relate):
            upper.addWidget(button)
        for button in (self.agree, self.end, self.withdraw):
            lower.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.about)
        layout.addLayout(upper)
        layout.addWidget(self.therapists, 1)
        layout.addLayout(lower)
        layout.addWidget(self.consents, 1)
        layout.addWidget(self.counted)
        layout.addWidget(self.follows, 1)

    def show_people(self, study: Study) -> None:
        """Show who there is, what holds today, and what follows."""
        viewer = self._workspace.viewer
        for button, _ in self._acts:
            button.setEnabled(viewer is None or button is self.relate)
        self.relate.setText("Relation of a coder…" if viewer is None else "My relation…")
        self.about.setText(_ABOUT + ("" if viewer is None else _READ_ONLY))
        names = {each.id: each.name for each in study.raters()}
        sessions, relations = study.sessions(), study.relations()
        lines = []
        for each in study.therapists():
            theirs = [s.address for s in sessions if s.therapist_id == each.id]
            related = [
                f"{names.get(r.rater_id, '?')} {IS[r.kind]}"
                for r in relations
                if r.therapist_id == each.id
            ]
            lines.append(Line((each.pseudonym, ", ".join(theirs), "; ".join(related)), each.id))
        self.therapists.show_lines(_THERAPISTS, lines)
        self._show_consents(study)

    def _show_consents(self, study: Study) -> None:
        on = today()
        known: dict[str, str] = {
            each.id: f"participant {each.pseudonym}" for each in study.participants()
        }
        known |= {each.id: f"therapist {each.pseudonym}" for each in study.therapists()}
        kept = [consent_line(each, known.get(each.person, "?"), on) for each in study.consents()]
        self.consents.show_lines(CONSENTS, kept)
        standings = people.standings(study, on)
        self.counted.setText(counted(standings))
        self.follows.show_lines(FOLLOWS, [follows_line(each) for each in standings])

    def _ask(self, act: Callable[[Study], Callable[[], object] | None]) -> None:
        """Ask for what an act needs, and carry it out."""
        study = self._workspace.study
        work = None if study is None else act(study)
        if study is None or work is None:
            return

        def then(_done: object) -> None:
            workspace = self._workspace
            open_ = workspace.session
            fresh = [each for each in study.sessions() if open_ and each.id == open_.id]
            workspace.session = fresh[0] if fresh else open_
            self.show_people(study)
            workspace.acts_changed.emit()

        self._workspace.tasks.write(work, then, self._workspace.troubled.emit)

    def _chosen(self, study: Study) -> Therapist | None:
        """The therapist of the line that is chosen."""
        return next((t for t in study.therapists() if t.id == self.therapists.key()), None)

    def _rename(self, study: Study) -> Callable[[], object] | None:
        return self._asking.rename(study, self._chosen(study))

    def _relate(self, study: Study) -> Callable[[], object] | None:
        rater = self._workspace.rater
        raters = study.raters() if rater is None else [rater]
        if not raters or not study.therapists():
            self._workspace.said.emit("There must be a coder and a therapist first.")
            return None
        told = self._asking.relate(study, raters, self._chosen(study))
        if told is None:
            return None
        who, therapist, kind = told
        relation = None if kind is None else Relationship(kind)
        return lambda: people.declare(study, who, therapist, relation, self._workspace.viewer)
