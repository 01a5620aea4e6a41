"""Who saw a rupture, patient and therapist: four cells, kappa, and the change after each."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from coder.alliance import Cell, Seen
from coder.errors import Notice
from coder.measures import Congruent
from coder.ui.grid import Grid, Line
from coder.words import say

_WHO = {
    Seen.BOTH: "both saw a rupture",
    Seen.PATIENT: "only the patient",
    Seen.THERAPIST: "only the therapist",
    Seen.NEITHER: "neither",
}


_MEANS = (
    "Agreed: the share of sessions in which both reported a rupture or neither did. Kappa: "
    "agreement beyond what the two shares alone would bring about, of unweighted sessions. Change: "
    "the score of the very next session by number less that of this one, up being better; the mean "
    "is of the sessions (n) after which the next one is scored. Whether the patient or the "
    "therapist saw more is to be read from the counts; nothing is tested here."
)


class CongruencePage(QWidget):
    """The 2 × 2 of patient and therapist."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.about, self.kappa, self.means = QLabel(self), QLabel(self), QLabel(_MEANS, self)
        for label in (self.about, self.kappa, self.means):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.about.setObjectName("muted")
        self.means.setObjectName("muted")
        self.square = Grid("Patient by therapist, in sessions", self, whole=True)
        self.cells = Grid("The four cells, and the change after each", self, whole=True)
        layout = QVBoxLayout(self)
        layout.addWidget(self.about)
        layout.addWidget(self.square)
        layout.addWidget(self.kappa)
        layout.addWidget(self.cells)
        layout.addWidget(self.means)
        layout.addStretch(1)

    def show_found(self, of: Congruent) -> None:
        """Show the table."""
        found = of.found
        left = (
            f" Left out, one of them did not answer: {len(found.left_out)}."
            if found.left_out
            else ""
        )
        self.about.setText(
            f"Unit: session, n = {found.n} that both answered. A rupture was reported if "
            f"tension (B1a) or holding back (B2a) of the PSQ is {of.selects:g} or more.{left}"
        )
        (both, patient), (therapist, neither) = found.fourfold
        heads = ("Patient ↓  Therapist →", "rupture", "no rupture", "all")
        rows = [
            ("rupture", both, patient, both + patient),
            ("no rupture", therapist, neither, therapist + neither),
            ("all", both + therapist, patient + neither, found.n),
        ]
        self.square.show_lines(heads, [Line(tuple(map(str, row)), row[0]) for row in rows])
        self.kappa.setText(_kappa(of))
        lines = [_line(seen, cell) for seen, cell in found.cells.items()]
        after = f"Then {of.change_of.replace('srs', 'SRS')} changed by"
        self.cells.show_lines(("Who saw it", "Sessions", "Share", after, "Which"), lines)


def _line(seen: Seen, cell: Cell) -> Line:
    share = "" if cell.share is None else f"{100 * cell.share:.1f} %"
    after = "" if cell.reason is None else say(Notice(cell.reason))
    if cell.mean_change is not None:
        after = f"{cell.mean_change:+.2f} (n = {cell.changes})"
    which = ", ".join(cell.sessions)
    return Line((_WHO[seen], str(cell.n), share, after, which), seen)


def _kappa(of: Congruent) -> str:
    kappa = of.kappa
    agreed = "" if of.found.agreed is None else f"Agreed {100 * of.found.agreed:.1f} %. "
    if kappa.reason is not None:
        return f"{agreed}Cohen’s kappa: {say(Notice(kappa.reason))}"
    if kappa.value is None or kappa.low is None or kappa.high is None:
        return f"{agreed}Cohen’s kappa {kappa.value:.2f}, without an interval."
    how = (
        "from theory, as if sessions were independent"
        if of.groups is None
        else f"{of.groups} patients resampled"
    )
    return (
        f"{agreed}Cohen’s kappa {kappa.value:.2f}, 95 % interval {kappa.low:.2f} to "
        f"{kappa.high:.2f} ({how})."
    )
