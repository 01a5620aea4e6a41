"""The codes that marks are compared in: what a mark counts as at a level, and why it may not.

The codes are those that every scheme compared declares, never those found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from coder import markers
from coder.agreement.plan import Plan
from coder.coding import RUPTURE_KINDS, Family, Kind, Mark
from coder.errors import CoderError
from coder.markers import ROW_SCHEME, Level, Scheme, What

SURE = "without-unsure"
OTHER_KINDS = (Kind.PRECIPITANT, Kind.STATEMENT, Kind.SHIFT, Kind.COMPONENT, Kind.PROCESS)
# What is said with a marker of the scheme, but is no rupture.
CODED_KINDS = (Kind.COMPONENT, Kind.PROCESS, Kind.SESSION)

FAMILIES = {
    Family.WITHDRAWAL: (Family.WITHDRAWAL.value,),
    Family.CONFRONTATION: (Family.CONFRONTATION.value,),
    Family.BOTH: (Family.WITHDRAWAL.value, Family.CONFRONTATION.value),
}

# The id and the version of a scheme.
Version = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a level. ``reason`` (a key of coder.words) says why there are none.

    At the level “any” the code None is any rupture; beside it stand those not of unsure family.
    Level None is for what has no code of its own: precipitants and the kinds of repair evidence.
    ``tables`` give, by scheme and version, the code that each marker counts as. Marks of other
    ``kinds`` are not looked at. Codes that are not ``pooled`` stand beside the level's own.
    """

    level: Level | None
    codes: tuple[str | None, ...]
    tables: Mapping[Version, Mapping[str, str | None]]
    reason: str | None = None
    kinds: frozenset[Kind] = RUPTURE_KINDS
    pooled: bool = True

    def of(self, mark: Mark, scheme: Scheme) -> tuple[str | None, ...]:
        """The codes a mark counts in: none, one, or both families."""
        if self.level == "any":
            sure = mark.family not in {None, Family.UNSURE}
            return tuple(code for code in self.codes if sure or code is None)
        if self.level == "family":
            return () if mark.family is None else FAMILIES.get(mark.family, ())
        if self.level is None:
            return (mark.kind.value,)
        code = None if mark.marker is None else self._table(scheme).get(mark.marker)
        return (code,) if code in self.codes and code is not None else ()

    def matched_apart(self) -> "tuple[Codes, ...]":
        """What events are matched for by itself: the unsure would take partners from the sure."""
        if self.level != "any":
            return (self,)
        return tuple(Codes(self.level, (code,), {}) for code in self.codes)

    @property
    def states(self) -> tuple[str, ...]:
        """What a mark can be as one thing: of the families, “both” is a state of its own."""
        if self.level == "family":
            return (*FAMILIES[Family.BOTH], Family.BOTH.value)
        return ("rupture",) if self.level == "any" else tuple(str(code) for code in self.codes)

    def state(self, mark: Mark, scheme: Scheme) -> int:
        """The place in ``states`` of a mark that counts in some code."""
        if self.level == "any":
            return 0
        state = str(mark.family) if self.level == "family" else str(self.of(mark, scheme)[0])
        return self.states.index(state)

    def why_none(self, mark: Mark, scheme: Scheme) -> str:
        """Why a mark counts in no code of the level; it may count at others."""
        if self.level == "family":
            why = "marks_of_unsure_family"
        elif mark.marker is None:
            why = "marks_without_marker"
        else:
            known = self.level == "row" and mark.marker in self._table(scheme)
            why = "marks_without_row" if known else "marks_undeclared"
        return f"{why}_at_{self.level}_level"

    def _table(self, scheme: Scheme) -> Mapping[str, str | None]:
        return self.tables[scheme.id, scheme.version]


OTHERS = Codes(None, tuple(kind.value for kind in OTHER_KINDS), {}, kinds=frozenset(OTHER_KINDS))


def of_kind(kind: Kind) -> Codes:
    """The one code of a kind of mark, whatever its marker: a precipitant, any component."""
    return Codes(None, (kind.value,), {}, kinds=frozenset({kind}))


def codes_at(level: Level, schemes: Sequence[Scheme], rows: str = ROW_SCHEME) -> Codes:
    """The codes that codings under these schemes can be compared in; ``rows`` is a scheme's id.

    They are of ruptures; of schemes without rupture markers, of what these have instead.
    """
    if level == "any":
        return Codes(level, (None, SURE), {})
    if level == "family":
        return Codes(level, (Family.WITHDRAWAL.value, Family.CONFRONTATION.value), {})
    return _declared(level, schemes, rows, _main(schemes))


def codes_beside(level: Level, schemes: Sequence[Scheme], plan: Plan) -> list[Codes]:
    """The codes of what is no rupture in schemes that have ruptures too, one for each kind.

    Marks about the session as a whole may be of coder.markers.session_level, whatever the scheme;
    they have a place only where sessions are the unit.
    """
    if level in {"any", "family"}:
        return []
    main = _main(schemes)
    others: tuple[What, ...] = ("component", "process")
    found = [_declared(level, schemes, plan.rows, what) for what in others if what != main]
    if level == "marker" and plan.unit == "session":
        found.append(_of_sessions(schemes))
    return [
        Codes(each.level, each.codes, each.tables, kinds=each.kinds, pooled=False)
        for each in found
        if each.reason is None
    ]


def kinds_of(schemes: Sequence[Scheme]) -> frozenset[Kind]:
    """The kinds of mark that the levels are of: ruptures, where a scheme has markers of them."""
    return _kinds(_main(schemes))


def _main(schemes: Sequence[Scheme]) -> What:
    declared = {marker.kind for scheme in schemes for marker in scheme.markers}
    order: tuple[What, ...] = get_args(What)
    return next((what for what in order if what in declared and what != "session"), "marker")


def _kinds(what: What) -> frozenset[Kind]:
    return RUPTURE_KINDS if what == "marker" else frozenset({Kind(what)})


def _declared(level: Level, schemes: Sequence[Scheme], rows: str, what: What) -> Codes:
    """What all the schemes declare at a level; of two versions of a scheme, what both do."""
    kinds = _kinds(what)
    if level != "row" and len({scheme.id for scheme in schemes}) > 1:
        return Codes(level, (), {}, "agreement_levels_differ", kinds)
    if level == "category" and "category" not in markers.levels_of(schemes):
        return Codes(level, (), {}, "agreement_no_categories", kinds)
    try:
        listed = [[c.id for c in markers.codes(each, level, rows, what)] for each in schemes]
        tables = {
            (scheme.id, scheme.version): {
                each.id: markers.code_of(scheme, each.id, level, rows)
                for each in scheme.markers
                if each.kind == what
            }
            for scheme in schemes
        }
    except CoderError:
        return Codes(level, (), {}, "agreement_no_rows", kinds)
    codes = [code for code in listed[0] if all(code in others for others in listed)]
    if level == "row":
        tables = _in_groups(tables, codes, schemes, rows)
    reason = None if codes else "agreement_no_codes"
    return Codes(level, tuple(codes), tables, reason, kinds)


_Tables = dict[Version, dict[str, str | None]]


def _in_groups(
    tables: _Tables, codes: Sequence[str], schemes: Sequence[Scheme], rows: str
) -> _Tables:
    """Count a row that not all schemes lead to in the group it is part of, if all lead there."""
    parts = {m.id: m.part_of for each in schemes if each.id == rows for m in each.markers}

    def grouped(row: str | None) -> str | None:
        group = None if row is None or row in codes else parts.get(row)
        return group if group in codes else row

    return {
        version: {marker: grouped(row) for marker, row in table.items()}
        for version, table in tables.items()
    }


def _of_sessions(schemes: Sequence[Scheme]) -> Codes:
    """What can be said of a session as a whole: what all the schemes declare, then the usual."""
    usual = [marker.id for marker in markers.session_level().markers]
    tables, listed = {}, []
    for scheme in schemes:
        own = [marker.id for marker in scheme.markers if marker.kind == "session"]
        hidden = {marker.id for marker in scheme.markers if marker.kind != "session"}
        names = dict.fromkeys((*own, *(name for name in usual if name not in hidden)))
        listed.append(names)
        tables[scheme.id, scheme.version] = {name: name for name in names}
    codes = tuple(name for name in listed[0] if all(name in others for others in listed))
    return Codes("marker", codes, tables, kinds=frozenset({Kind.SESSION}))
