"""What can be noted of a session as a whole, under any scheme."""

from invented import REPAIR, SEGMENTED, scheme
from made_codings import mark

from coder import markers
from coder.coding import Kind, marker_of

OURS = ["late", "homework-not-done", "no-show", "rescheduled", "message-between-sessions"]


def test_every_scheme_offers_what_goes_with_all_and_its_own_first():
    assert [m.id for m in markers.around(scheme(REPAIR))] == OURS
    assert [m.id for m in markers.around(scheme(SEGMENTED))] == ["camera-off", *OURS]


def test_a_scheme_may_have_one_of_them_as_its_own():
    own = {
        "id": "late",
        "label": "Late by more than 10 minutes",
        "column": "session",
        "kind": "session",
    }
    content = REPAIR | {"markers": [*REPAIR["markers"], own]}
    found = markers.around(scheme(content))
    assert [(m.id, m.label) for m in found][:2] == [
        ("late", "Late by more than 10 minutes"),
        ("homework-not-done", "Homework not done"),
    ]
    marked = [mark(1, Kind.SESSION, name) for name in ("late", "no-show", "gone", None)]
    own_late, no_show, gone, none = (marker_of(each, scheme(content)) for each in marked)
    assert own_late.label == "Late by more than 10 minutes"
    assert no_show is markers.session_level().marker("no-show")
    assert (gone, none) == (None, None)
