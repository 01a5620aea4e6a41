"""What the dialog of exporting offers, and what is said of what was left out."""

from pathlib import Path

from coder import export, markers
from coder.ui import exporting, forms


def names(scheme):
    return [form.name for form in exporting.offered(scheme)]


def test_a_coding_that_the_usual_form_has_no_rows_for_is_offered_its_own_first():
    usual = list(export.FORMS)
    assert names(None) == names(markers.load("samstag-2003")) == usual
    own = names(markers.load("3rs-2015"))
    assert own[:2] == ["form", usual[0]]
    assert sorted(own) == sorted(usual)


def test_what_was_left_out_is_named_with_why():
    told = forms._wrote([Path("a.docx")], ["1/2"], ["1/1 Ana (3rs-2015)"])
    assert told.splitlines() == [
        "Wrote a.docx",
        "Left out, as consent has ended: 1/2.",
        "Left out, as the form has no rows for them (“Coding form on the rows of the coding’s own "
        "scheme” has): 1/1 Ana (3rs-2015).",
    ]
