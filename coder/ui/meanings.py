"""What a mark means, told by a colour and by a letter."""

from coder.coding import REPAIR_KINDS, Family, Kind, Mark
from coder.ui.theme import Ink, Theme


def ink_of(theme: Theme, mark: Mark) -> Ink:
    """The colours of a mark, by what it means."""
    if mark.kind == Kind.PRECIPITANT:
        return theme.precipitant
    if mark.kind in REPAIR_KINDS:
        return theme.repair
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


def letter_of(mark: Mark) -> str:
    """The letter that tells a mark's meaning without its colour."""
    if mark.kind == Kind.PRECIPITANT:
        return "P"
    if mark.kind in REPAIR_KINDS:
        return "R"
    return LETTERS[mark.family]
