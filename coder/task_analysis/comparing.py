"""Repaired and unrepaired side by side: counts, and no tests of them.

The columns are few and chosen, and several of them may be of one participant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coder.coding import Found
from coder.task_analysis.columns import GROUPS, Column
from coder.task_analysis.presence import Cell

NOT_DISTINGUISHING = "not distinguishing"
ONLY_REPAIRED = "in every repaired, in no unrepaired"
NOT_TOLD = "not analysed in both groups"


@dataclass(frozen=True, slots=True)
class Counts:
    """In how many columns a component is found so."""

    present: int = 0
    not_present: int = 0
    not_analysed: int = 0
    not_observable: int = 0

    @property
    def analysed(self) -> int:
        """In how many it was looked for and could be seen."""
        return self.present + self.not_present


@dataclass(frozen=True, slots=True)
class Compared:
    """A component in each group of outcome, and what the two that are compared come to.

    It does not distinguish when it is present in every repaired and every unrepaired column in
    which it was analysed, as Laraway (2015) drops such components from the empirical model.
    """

    component: str
    groups: dict[str, Counts]
    remark: str

    @property
    def distinguishes(self) -> bool | None:
        """Whether it may; None where it was not analysed in both groups."""
        return None if self.remark == NOT_TOLD else self.remark != NOT_DISTINGUISHING


def compare(rows: Sequence[str], columns: Sequence[Column]) -> tuple[Compared, ...]:
    """Count each row's cells in the groups of outcome that there are, the two compared first."""
    names = [name for name in GROUPS if name in {"repaired", "not"} | {c.outcome for c in columns}]
    found = []
    for at, row in enumerate(rows):
        groups = {
            name: counted(column.cells[at] for column in columns if column.outcome == name)
            for name in names
        }
        found.append(Compared(row, groups, _remark(groups["repaired"], groups["not"])))
    return tuple(found)


def counted(cells: Iterable[Cell]) -> Counts:
    """Count cells by what is found."""
    found = [cell.found for cell in cells]
    return Counts(
        found.count(Found.PRESENT),
        found.count(Found.NOT_PRESENT),
        found.count(Found.NOT_ANALYSED),
        found.count(Found.NOT_OBSERVABLE),
    )


def _remark(repaired: Counts, unrepaired: Counts) -> str:
    if not repaired.analysed or not unrepaired.analysed:
        return NOT_TOLD
    if repaired.not_present == unrepaired.not_present == 0:
        return NOT_DISTINGUISHING
    if repaired.not_present == 0 and unrepaired.present == 0:
        return ONLY_REPAIRED
    return ""
