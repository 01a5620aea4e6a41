"""Who is compared with whom, over which sessions."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from coder.coding import CodedSession, Rater, RaterId
from coder.errors import CoderError
from coder.markers import Scheme
from coder.session import Session, SessionId


@dataclass(frozen=True, slots=True)
class Pair:
    """Two codings of one session, and the part of its clock (ms, end exclusive) both covered."""

    first: CodedSession
    second: CodedSession
    from_ms: int | None
    to_ms: int | None

    @property
    def session(self) -> Session:
        """The session both coded."""
        return self.first.session

    def covers(self, at_ms: int | None) -> bool | None:
        """Tell whether both raters saw a moment; None when it has no time and that matters."""
        if self.from_ms is None and self.to_ms is None:
            return True
        if at_ms is None:
            return None
        begun = self.from_ms is None or at_ms >= self.from_ms
        return begun and (self.to_ms is None or at_ms < self.to_ms)


@dataclass(frozen=True, slots=True)
class Pool:
    """Two raters and every session that both coded, in the order of the codings."""

    first: Rater
    second: Rater
    pairs: tuple[Pair, ...]

    @property
    def names(self) -> tuple[str, str]:
        """The raters' names."""
        return self.first.name, self.second.name

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """The schemes they coded under, each once."""
        both = (coded.scheme for pair in self.pairs for coded in (pair.first, pair.second))
        return tuple({(scheme.id, scheme.version): scheme for scheme in both}.values())


def pools(codings: Sequence[CodedSession]) -> tuple[Pool, ...]:
    """Pair the raters, in the order in which they first appear.

    Raises CoderError for fewer than two raters, for two codings of one session by one rater
    (under two schemes, say), and when no session was coded by two of them.
    """
    raters = {coded.rater.id: coded.rater for coded in codings}
    names = ", ".join(rater.name for rater in raters.values())
    if len(raters) < 2:  # noqa: PLR2004 - it takes two to agree
        raise CoderError("agreement_one_rater", raters=names or "none")
    coded_by: dict[RaterId, dict[SessionId, CodedSession]] = {each: {} for each in raters}
    for coded in codings:
        mine = coded_by[coded.rater.id]
        if coded.session.id in mine:
            told = {"rater": coded.rater.name, "session": coded.session.address}
            raise CoderError("agreement_coded_twice", **told)
        mine[coded.session.id] = coded
    sessions = tuple(dict.fromkeys(coded.session.id for coded in codings))
    made = []
    for one, other in itertools.combinations(raters, 2):
        both = [each for each in sessions if each in coded_by[one] and each in coded_by[other]]
        pairs = tuple(_pair(coded_by[one][each], coded_by[other][each]) for each in both)
        made.append(Pool(raters[one], raters[other], pairs))
    if not any(pool.pairs for pool in made):
        raise CoderError("agreement_no_common_session", raters=names)
    return tuple(made)


def _pair(first: CodedSession, second: CodedSession) -> Pair:
    begun = (first.coding.covers_from_ms, second.coding.covers_from_ms)
    ended = (first.coding.covers_to_ms, second.coding.covers_to_ms)
    return Pair(
        first,
        second,
        max((each for each in begun if each is not None), default=None),
        min((each for each in ended if each is not None), default=None),
    )
