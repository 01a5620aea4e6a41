"""Which rule looks for ruptures in the scores: preset, parameters and mode, all in sight."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from coder import measures
from coder.alliance import (
    DEFAULT,
    PRESETS,
    TITLES,
    Chart,
    Drop,
    Fence,
    Mode,
    Partition,
    Reliable,
    Repair,
    Rule,
    Spread,
    Trend,
    adjusted,
    parameters,
    repair,
)
from coder.errors import CoderError
from coder.study import Study
from coder.ui.flow import Flow
from coder.ui.import_preview import counted
from coder.ui.quiet import QuietComboBox

_REPAIR = "repair_"
_MODES = {
    Mode.BACK: "looking back (all sessions)",
    Mode.AHEAD: "looking ahead (only sessions before)",
}


class RuleBar(QWidget):
    """The instrument, the rule with its parameters, and which sessions it may use."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scores, self.preset, self.mode = (QuietComboBox(self) for _ in range(3))
        self.fields, self.means = QLineEdit(self), QLabel(self)
        for name, title in TITLES.items():
            self.preset.addItem(title, name)
        for mode, title in _MODES.items():
            self.mode.addItem(title, mode.value)
        self.preset.setCurrentIndex(list(TITLES).index(DEFAULT))
        for box, name in (
            (self.scores, "Scores that are followed"),
            (self.preset, "Rule that finds ruptures"),
            (self.mode, "Which sessions the rule may use"),
            (self.fields, "Parameters of the rule, as name=value"),
        ):
            box.setAccessibleName(name)
        whole, row, below = QVBoxLayout(self), Flow(), QHBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(row)
        whole.addLayout(below)
        below.addWidget(QLabel("Parameters", self))
        below.addWidget(self.fields, 1)
        for widget in (
            QLabel("Follow", self),
            self.scores,
            QLabel("by", self),
            self.preset,
            self.mode,
        ):
            row.addWidget(widget)
        self.means.setTextFormat(Qt.TextFormat.PlainText)
        self.means.setObjectName("muted")
        self.means.setWordWrap(True)
        whole.addWidget(self.means)
        self._show_parameters()
        self.preset.currentIndexChanged.connect(lambda _row: self._on_preset())
        self.mode.currentIndexChanged.connect(lambda _row: self.changed.emit())
        self.scores.currentIndexChanged.connect(lambda _row: self.changed.emit())
        self.fields.editingFinished.connect(self._on_fields)

    def offer(self, study: Study) -> None:
        """Offer what can be followed in a study; what was chosen stays so."""
        before = self.scores.currentText()
        self.scores.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        self.scores.clear()
        for each in measures.instruments(study):
            numbers = [item for item in each.items if item not in measures.written(each)]
            for what in dict.fromkeys([measures.scored(each).what, *numbers]):
                self.scores.addItem(f"{each.title}, {what}", (each.id, what))
        self.scores.setCurrentIndex(max(self.scores.findText(before), 0))
        self.scores.blockSignals(False)  # noqa: FBT003 - Qt's own signature

    def followed(self) -> tuple[str, str]:
        """The instrument, and what of it."""
        chosen: tuple[str, str] = self.scores.currentData()
        return chosen

    def rule(self) -> tuple[Rule, Repair, Mode]:
        """The rule as it is set. Raises CoderError for what is no parameter of it."""
        given: dict[str, str] = {}
        for part in self.fields.text().split(","):
            name, sign, value = part.partition("=")
            if not sign:
                raise CoderError("no_pair", given=part.strip())
            given[name.strip().casefold()] = value.strip()
        mends = {name: value for name, value in given.items() if name.startswith(_REPAIR)}
        ours = {
            name: value for name, value in given.items() if name not in mends and value != "None"
        }
        rule = adjusted(PRESETS[self.preset.currentData()], ours)
        bare = {name.removeprefix(_REPAIR): value for name, value in mends.items()}
        return rule, repair(bare), Mode(self.mode.currentData())

    def _on_preset(self) -> None:
        self._show_parameters()
        self.changed.emit()

    def _show_parameters(self) -> None:
        """Spell the parameters of the preset out, and those of the rule of repair."""
        rule = PRESETS[self.preset.currentData()]
        shown = parameters(rule)
        if not isinstance(rule, Partition):  # levels are not followed up again
            shown |= {f"{_REPAIR}{name}": value for name, value in parameters(Repair()).items()}
        self.fields.setText(", ".join(f"{name}={_spelt(value)}" for name, value in shown.items()))
        self.fields.setCursorPosition(0)
        self.means.setText(means(rule, Repair()))

    def _on_fields(self) -> None:
        """Say what the parameters come to, where they can be read."""
        try:
            rule, mends, _mode = self.rule()
        except CoderError:
            self.means.clear()  # the page says why
        else:
            self.means.setText(means(rule, mends))
        self.changed.emit()


def means(of: Rule, mends: Repair) -> str:
    """What a rule, and what becomes of a rupture, is, with its numbers; the unit of all of it."""
    fate = "" if isinstance(of, Partition) else f" {_fate(mends)}"
    return f"A rupture is {_what(of)}{fate} {_NOBODY}"


def _what(of: Rule) -> str:
    if isinstance(of, Chart):
        return (
            f"a score below the {of.middle.value} less {of.sigmas:g} sigma, or a step down beyond "
            "the range limit; sigma comes from the moving ranges of sessions that follow each "
            "other."
        )
    if isinstance(of, Fence):
        return (
            f"a score below the first quartile less {of.reach:g} times the range between the "
            "quartiles."
        )
    if isinstance(of, Partition):
        return (
            "a split of the scores into two levels, the second one lower, that pays for itself by "
            f"BIC; a level has {of.least} scores or more."
        )
    if isinstance(of, Trend):
        return f"a score {of.k:g} residual SDs or more below the line through the scores."
    least = f"{_SPREADS[of.spread]}; an own SD needs {of.least} scores"
    if isinstance(of, Drop):
        return f"{_way(of)} of {of.k:g} SD or more ({least})."
    sd = f"({least})" if of.sd is None else f"{of.sd:g}"
    return (
        f"{_way(of)} larger than the measure’s own error would bring about: reliability "
        f"{of.r:g}, SD {sd}."
    )


def _way(of: Drop | Reliable) -> str:
    if of.one_step:
        return "a decline from one session to the next"
    return "a decline, peak to trough without a rise between,"


_SPREADS = {
    Spread.WITHIN: "the participant’s own",
    Spread.POOLED: "pooled within all participants",
    Spread.STRICTER: "the participant’s own or pooled, whichever is stricter",
}


def _fate(of: Repair) -> str:
    return (
        f"Repaired: {100 * of.share:g} % of the drop is won back within "
        f"{counted(of.sessions, 'session')} after the trough; open: the sessions end before it can "
        "be told, or none of them is scored. V: one session down, one up; U: several each way."
    )


_NOBODY = "Unit: session of one participant, higher being better. No published author’s rule."


def _spelt(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
