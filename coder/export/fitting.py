"""Which codings can be put on the rows of a form, and which its rows have no place for."""

from collections.abc import Iterable

from coder import markers
from coder.coding import CodedSession
from coder.errors import CoderError
from coder.markers import Scheme, roll_up


def fits(scheme: Scheme, form: str) -> bool:
    """Tell whether the markers of a scheme can be put on a form, by its name.

    Only the forms that are named for a scheme have rows of their own; all others take any scheme.
    """
    if form not in markers.available() or scheme.id == form or not scheme.markers:
        return True
    try:
        roll_up(scheme, scheme.markers[0].id, form)
    except CoderError:
        return False
    return True


def fitting(
    form: str, codings: Iterable[CodedSession]
) -> tuple[list[CodedSession], tuple[str, ...]]:
    """The codings that a form can hold, and the names of those that it cannot.

    Raises CoderError where there are codings, and none of them fits.
    """
    taken, left = [], []
    for coded in codings:
        if fits(coded.scheme, form):
            taken.append(coded)
        else:
            left.append(f"{coded.session.address} {coded.rater.name} ({coded.scheme.id})")
    if left and not taken:
        raise CoderError("export_no_rows", form=form, left=", ".join(left))
    return taken, tuple(left)
