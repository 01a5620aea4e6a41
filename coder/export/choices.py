"""What may be said of a form beside whose codings it is of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from coder import markers, segments
from coder.errors import CoderError
from coder.markers import Scheme
from coder.markers.levels import ROW_SCHEME, Level
from coder.session import TherapistId
from coder.study import Study


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of the forms, and what of the study they need beside the codings.

    ``scheme`` is what an empty form or a codebook is of. ``rows`` is the scheme whose rows are
    counted and ``levels`` are those counted at, none for all. ``quotes`` lets the patient's
    words in. ``segment_s`` holds by scheme how long its segments are, ``therapists`` pseudonyms.
    """

    scheme: Scheme | None = None
    rows: str = ROW_SCHEME
    levels: tuple[Level, ...] = ()
    quotes: bool = False
    segment_s: Mapping[str, int | None] = field(default_factory=lambda: MappingProxyType({}))
    therapists: Mapping[TherapistId, str] = field(default_factory=lambda: MappingProxyType({}))

    def length_s(self, scheme: Scheme) -> int | None:
        """How long the segments of a scheme are (s): as the study has it, else the scheme."""
        return self.segment_s.get(scheme.id, scheme.segment_s)


def choices_of(
    study: Study,
    scheme: Scheme | None = None,
    *,
    rows: str | None = None,
    levels: Iterable[Level] = (),
    quotes: bool = False,
) -> Choices:
    """Gather what the forms need of a study. Raises CoderError for rows of no known scheme."""
    if rows is not None:
        scheme_named(study, rows)
    return Choices(
        scheme,
        rows or ROW_SCHEME,
        tuple(levels),
        quotes,
        {each.id: segments.length_s(study, each) for each in study.schemes()},
        {each.id: each.pseudonym for each in study.therapists()},
    )


def scheme_named(study: Study, name: str | None, otherwise: str | None = None) -> Scheme:
    """The study's copy of a scheme, else the one that ships. Raises CoderError.

    Without a name it is ``otherwise`` that is wanted, and without that the study's first.
    """
    wanted = name or otherwise
    ours = [scheme.id for scheme in study.schemes()]
    if wanted is None or wanted in ours:
        return study.scheme(wanted)
    if wanted in markers.available():
        return markers.load(wanted)
    known = ", ".join(dict.fromkeys((*ours, *markers.available())))
    raise CoderError("unknown_scheme", scheme=wanted, known=known)
