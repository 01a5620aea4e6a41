"""The codings of a study that an analysis is of, as far as the viewer may see them."""

from collections.abc import Sequence

from coder.coding import CodedSession, Rater
from coder.errors import CoderError
from coder.markers import Scheme
from coder.session import Session
from coder.study import Study, Viewer


def with_components(study: Study) -> list[Scheme]:
    """The newest versions of the study's schemes that have components of repair."""
    newest = {scheme.id: scheme for scheme in study.schemes()}
    return [s for s in newest.values() if any(m.kind == "component" for m in s.markers)]


def scheme_of_repair(study: Study, named: str | None) -> Scheme:
    """The scheme that is named, else the study's first that is of repair. Raises CoderError."""
    if named is not None:
        return study.scheme(named)
    schemes = with_components(study)
    first = sorted(schemes, key=lambda scheme: not scheme.of_repair)
    if not first:
        known = ", ".join(scheme.id for scheme in study.schemes())
        raise CoderError("analysis_no_scheme", known=known)
    return first[0]


def raters_of(study: Study, viewer: Viewer, scheme: str) -> list[Rater]:
    """Who coded under a scheme, of those whose codings the viewer may see."""
    coding = {each.rater_id for each in study.codings(viewer) if each.scheme == scheme}
    return [rater for rater in study.raters() if rater.id in coding]


def gathered(
    study: Study,
    viewer: Viewer,
    scheme: Scheme,
    *,
    rater: Rater | None = None,
    sessions: Sequence[Session] | None = None,
) -> list[CodedSession]:
    """Every coding, under any scheme, of the rater who coded under this one.

    Raises CoderError where nobody did or, unless one is chosen, several.
    """
    if rater is None:
        known = raters_of(study, viewer, scheme.id)
        if not known:
            raise CoderError("analysis_nothing", scheme=scheme.id)
        if len(known) > 1:
            names = ", ".join(each.name for each in known)
            raise CoderError("analysis_whose", scheme=scheme.id, known=names)
        rater = known[0]
    coded = study.coded(viewer, sessions=sessions, raters=[rater])
    if not any(each.scheme.id == scheme.id for each in coded):
        raise CoderError("analysis_nothing", scheme=scheme.id)
    return coded
