"""What a mark means, told by a colour and by a letter."""

from coder.coding import REPAIR_KINDS, RUPTURE_KINDS, Family, Kind, Mark
from coder.markers import Marker
from coder.ui.theme import Ink, Theme


def ink_of(theme: Theme, mark: Mark, marker: Marker | None = None) -> Ink:
    """The colours of a mark: those its marker has of its own, else by what it means."""
    if marker is not None and marker.colour in theme.colours:
        return theme.colours[marker.colour]
    if mark.kind == Kind.PRECIPITANT:
        return theme.precipitant
    if mark.kind in REPAIR_KINDS:
        return theme.repair
    if mark.kind not in RUPTURE_KINDS:
        return theme.process
    if mark.family == Family.WITHDRAWAL:
        return theme.withdrawal
    return theme.confrontation if mark.family == Family.CONFRONTATION else theme.unsure


LETTERS = {
    Family.WITHDRAWAL: "W",
    Family.CONFRONTATION: "C",
    Family.BOTH: "W+C",
    Family.UNSURE: "?",
    None: "–",
}
_OTHERS = {Kind.PRECIPITANT: "P", Kind.PROCESS: "Pr", Kind.SESSION: "S"}


def letter_of(mark: Mark) -> str:
    """The letter that tells a mark's meaning without its colour."""
    if mark.kind in _OTHERS:
        return _OTHERS[mark.kind]
    if mark.kind in REPAIR_KINDS:
        return "R"
    return LETTERS[mark.family]
