"""Codings that a form has no rows for, and names that read back."""

import pytest
from commanded import asked, run
from made_codings import coded, of_events, of_segments

from coder import export, markers, words
from coder.errors import CoderError
from coder.export.fitting import fits, fitting
from coder.export.prevalence import named


def test_what_a_form_has_no_rows_for_is_left_out_and_named():
    events, segments = of_events(), of_segments()
    taken, left = fitting("laraway-2015", [segments, events])
    assert taken == [events]
    assert left == ("3/2 Ana (3rs-2015)",)
    assert fitting("form", [segments, events]) == ([segments, events], ())
    assert fitting("laraway-2015", []) == ([], ())


def test_where_none_fits_the_sentence_says_which_form_to_choose():
    with pytest.raises(CoderError) as caught:
        fitting("laraway-2015", [of_segments()])
    assert caught.value.key == "export_no_rows"
    told = words.say(caught.value)
    assert "3/2 Ana (3rs-2015)" in told
    assert "“form”" in told


def test_what_fits_is_what_can_be_written(tmp_path):
    for scheme in map(markers.load, markers.available()):
        for form in ("laraway-2015", "samstag-2003", "form"):
            made = [coded(scheme)]
            out = tmp_path / f"{scheme.id}-{form}.xlsx"
            if fits(scheme, form):
                assert export.write(form, made, out) == [out]
            else:
                with pytest.raises(CoderError, match="no_roll_up"):
                    export.write(form, made, out)


def test_every_row_of_every_scheme_has_a_name_that_finds_it_again():
    several = 0
    for scheme in map(markers.load, markers.available()):
        names = [named(scheme, marker) for marker in scheme.markers]
        assert len({*map(str.casefold, names)}) == len(names)
        assert [scheme.marker(name).id for name in names] == [each.id for each in scheme.markers]
        several += sum(" / " in name and name != marker.label
                       for name, marker in zip(names, scheme.markers, strict=True))  # fmt: skip
    assert several


TRANSCRIPT = "0:00\nT: How was the week?\nC: Fine, I suppose.\n0:20\nT: Mmm\nC: Not much to say.\n"


def test_the_command_leaves_out_what_has_no_rows_and_refuses_where_none_has(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("RUPTURE_CODER_SETTINGS", str(tmp_path / "settings.json"))
    study, out = tmp_path / "s.rupture", tmp_path / "out.docx"
    (tmp_path / "t.txt").write_text(TRANSCRIPT, encoding="utf-8")
    (tmp_path / "codes.csv").write_text("marker,start\ndenial,0:15\n", encoding="utf-8")
    asked(capsys, "new", study, "--scheme", "laraway-2015", "3rs-2015")
    asked(capsys, "import", study, tmp_path / "t.txt", "--participant", "A", "--session", 1,
          "--role", "C=patient", "T=therapist")  # fmt: skip
    code = ("code", study, "--session", "A/1", "--from", tmp_path / "codes.csv", "--rater")
    asked(capsys, *code, "Ben", "--scheme", "3rs-2015")
    export_ = ("export", study, "--form", "laraway-2015", "--out", out)
    status, _, said = run(capsys, *export_)
    assert (status, out.exists()) == (2, False)
    assert "A/1 Ben (3rs-2015)" in said
    assert "“form”" in said
    asked(capsys, *code, "Ada", "--scheme", "laraway-2015")
    told = asked(capsys, *export_)
    assert told == {"written": [str(out)], "left_out": ["A/1 Ben (3rs-2015)"]}
    assert "A/1 Ben (3rs-2015)" in run(capsys, *export_)[1]
    assert "left_out" not in asked(capsys, *export_, "--rater", "Ada")
