"""Who is compared with whom, over which sessions."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.coding import CodedSession, Rater, RaterId
from coder.errors import CoderError
from coder.markers import Scheme
from coder.session import Session, SessionId

PAIR = 2


@dataclass(frozen=True, slots=True)
class Shared:
    """One session, and what each rater of a panel made of it: None for who did not code it."""

    session: Session
    codings: tuple[CodedSession | None, ...]

    @property
    def made(self) -> tuple[CodedSession, ...]:
        """The codings there are."""
        return tuple(each for each in self.codings if each is not None)


@dataclass(frozen=True, slots=True)
class Panel:
    """Raters, and the sessions that two or more of them coded, in the order of the codings."""

    raters: tuple[Rater, ...]
    sessions: tuple[Shared, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The raters' names."""
        return tuple(rater.name for rater in self.raters)

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """The schemes they coded under, each once."""
        used = (coded.scheme for shared in self.sessions for coded in shared.made)
        return tuple({(scheme.id, scheme.version): scheme for scheme in used}.values())

    def pairs(self) -> Iterator[tuple[tuple[int, int], "Panel"]]:
        """Each two raters: their places in this panel, and the panel they are alone."""
        for one, other in itertools.combinations(range(len(self.raters)), PAIR):
            both = (
                Shared(each.session, (each.codings[one], each.codings[other]))
                for each in self.sessions
            )
            shared = tuple(each for each in both if len(each.made) == PAIR)
            yield (one, other), Panel((self.raters[one], self.raters[other]), shared)


def panel(codings: Sequence[CodedSession]) -> Panel:
    """Set the raters beside each other, in the order in which they first appear.

    Raises CoderError for fewer than two raters, for two codings of one session by one rater
    (under two schemes, say), and when no session was coded by two of them.
    """
    raters = {coded.rater.id: coded.rater for coded in codings}
    names = ", ".join(rater.name for rater in raters.values())
    if len(raters) < PAIR:
        raise CoderError("agreement_one_rater", raters=names or "none")
    by_session: dict[SessionId, dict[RaterId, CodedSession]] = {}
    for coded in codings:
        made = by_session.setdefault(coded.session.id, {})
        if coded.rater.id in made:
            told = {"rater": coded.rater.name, "session": coded.session.address}
            raise CoderError("agreement_coded_twice", **told)
        made[coded.rater.id] = coded
    shared = tuple(
        Shared(next(iter(made.values())).session, tuple(made.get(rater) for rater in raters))
        for made in by_session.values()
        if len(made) >= PAIR
    )
    if not shared:
        raise CoderError("agreement_no_common_session", raters=names)
    return Panel(tuple(raters.values()), shared)


def covers(coded: CodedSession, at_ms: int | None) -> bool | None:
    """Tell whether a rater saw a moment; None when it has no time and that matters."""
    begin, end = coded.coding.covers_from_ms, coded.coding.covers_to_ms
    if begin is None and end is None:
        return True
    if at_ms is None:
        return None
    return (begin is None or at_ms >= begin) and (end is None or at_ms < end)


def all_cover(shared: Shared, at_ms: int | None) -> bool | None:
    """Tell whether everyone who coded a session saw a moment; None as for ``covers``."""
    seen = [covers(coded, at_ms) for coded in shared.made]
    return None if None in seen else all(seen)
