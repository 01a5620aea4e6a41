"""The schemes, by command."""

import json

import openpyxl
import pytest
from commanded import asked, run

from coder import markers


def test_every_scheme_that_ships_is_listed_and_shown(capsys):
    listed = json.loads(run(capsys, "scheme", "list", "--json")[1])["schemes"]
    assert [each["id"] for each in listed] == list(markers.available())
    sizes = {each["id"]: each["markers"] for each in listed}
    # The published counts: 38 behaviours, 33 rows.
    assert (sizes["samstag-2003"], sizes["laraway-2015"]) == (38, 33)
    for scheme, size in sizes.items():
        shown = json.loads(run(capsys, "scheme", "show", scheme, "--json")[1])
        assert {"id", "version", "markers"} <= set(shown)
        assert len(shown["markers"]) == size
        keys = {"id", "label", "column", "family", "certainty", "rolls_up_to"}
        assert all(keys <= set(marker) for marker in shown["markers"])
    assert "no default family" in run(capsys, "scheme", "show", "samstag-2003")[1]
    lines = run(capsys, "scheme", "list")[1].splitlines()
    assert len(lines) == len(listed)
    told = {line.split()[0]: line.rpartition(": ")[2] for line in lines}
    assert told["samstag-2003"] == "38 markers"
    assert told["3rs-2015"] == "14 markers, 10 components of repair"
    assert told["laraway-rational"] == "13 categories and 39 sub-categories"
    assert told["helpful-unhelpful"] == "6 components of repair, 11 processes"


def test_a_scheme_of_one_s_own_is_checked(tmp_path, capsys):
    file = tmp_path / "own é.yaml"
    file.write_bytes((markers.folder() / "laraway-2015.yaml").read_bytes())
    status, out, err = run(capsys, "scheme", "check", file)
    assert (status, err) == (0, "")
    assert out == f"{file} is a valid scheme: laraway-2015, 33 markers.\n"
    told = json.loads(run(capsys, "scheme", "check", file, "--json")[1])
    assert (told["id"], told["ok"]) == ("laraway-2015", True)
    file.write_text(json.dumps(markers.load("laraway-2015").content), encoding="utf-8")
    assert run(capsys, "scheme", "check", file)[0] == 0
    file.write_text("id: x\n", encoding="utf-8")
    status, out, err = run(capsys, "scheme", "check", file)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "is not a valid scheme" in err


# A lab's own schemes in a study

CODEBOOK = (
    "Code,Description,Category\nGoes quiet,Stops.,Leaving\nDenial,Says it was nothing.,Leaving\n"
)


@pytest.fixture
def study(tmp_path, capsys):
    path = tmp_path / "s.rupture"
    (tmp_path / "t.txt").write_text("0:00\nT: How was it?\nC: Fine.\n0:20\nT: Mmm\nC: Nothing.\n")
    (tmp_path / "codes.csv").write_text("marker,start\ngoes-quiet,0:05\ndenial,0:20\n")
    (tmp_path / "lab codes.csv").write_text(CODEBOOK, encoding="utf-8")
    asked(capsys, "new", path, "--scheme", "laraway-2015")
    asked(capsys, "import", path, tmp_path / "t.txt", "--participant", "A", "--session", 1,
          "--role", "C=patient", "T=therapist")  # fmt: skip
    return path


def code(capsys, study, rater):
    asked(capsys, "code", study, "--session", "A/1", "--rater", rater, "--scheme", "lab-codes",
          "--from", study.parent / "codes.csv")  # fmt: skip


def test_a_codebook_is_imported_and_coded_with(study, capsys):
    told = asked(capsys, "scheme", "import", study, study.parent / "lab codes.csv")
    assert told == {
        "id": "lab-codes",
        "version": "1.0",
        "added": True,
        "left_out": [],
        "told": [],
        "touched": [],
    }
    again = run(capsys, "scheme", "import", study, study.parent / "lab codes.csv")[1]
    assert again == "The study has lab-codes 1.0, 2 markers, just so: nothing was added.\n"
    code(capsys, study, "Ada")
    listed = asked(capsys, "scheme", "versions", study)["schemes"]
    assert [(s["id"], s["version"], s["codings"], s["in_progress"]) for s in listed] == [
        ("laraway-2015", "1.1", 0, 0),
        ("lab-codes", "1.0", 1, 1),
    ]
    assert "lab-codes" in run(capsys, "scheme", "versions", study)[1]


def test_a_scheme_that_ships_is_added_by_its_id_and_taken_out_again(study, capsys):
    told = asked(capsys, "scheme", "import", study, "3rs-2015")
    assert (told["id"], told["added"]) == ("3rs-2015", True)
    own = asked(capsys, "scheme", "import", study, "3rs-2015", "--id", "ours", "--title", "Our own")
    assert own["id"] == "ours"
    out = run(capsys, "scheme", "remove", study, "ours")[1]
    assert out == "Took out ours: 1 version.\n"
    listed = asked(capsys, "scheme", "versions", study)["schemes"]
    assert [each["id"] for each in listed] == ["laraway-2015", "3rs-2015"]
    status, _, err = run(capsys, "scheme", "remove", study, "ours")
    assert (status, "does not code with “ours”" in err) == (2, True)
    asked(capsys, "scheme", "import", study, study.parent / "lab codes.csv")
    code(capsys, study, "Ada")
    status, out, err = run(capsys, "scheme", "remove", study, "lab-codes")
    assert (status, out) == (2, "")
    assert err.startswith("lab-codes cannot be taken out: 1 of the study’s codings")


def test_a_changed_codebook_needs_another_version_and_tells_what_it_touches(study, capsys):
    file = study.parent / "lab codes.csv"
    asked(capsys, "scheme", "import", study, file)
    code(capsys, study, "Ada")
    file.write_text(CODEBOOK.replace("Leaving", "Going") + "Sighs,Breathes.,Going\n")
    status, out, err = run(capsys, "scheme", "import", study, file)
    assert (status, out) == (2, "")
    assert "give this one another version" in err
    status, out, err = run(capsys, "scheme", "import", study, file, "--as-version", "1.1")
    assert (status, err) == (0, "")
    assert "A/1, Ada (in progress): Goes quiet ×1, column" in out
    assert "scheme move" in out
    touched = asked(capsys, "scheme", "import", study, file, "--as-version", "1.2")["touched"]
    assert touched[1] == {"session": "A/1", "rater": "Ada", "state": "in progress", "what": "denial", "how": ["column"], "count": 1}  # fmt: skip


def test_codings_move_to_the_newest_version_some_or_all(study, capsys):
    file = study.parent / "lab codes.csv"
    asked(capsys, "scheme", "import", study, file)
    for rater in ("Ada", "Ben", "Cy"):
        code(capsys, study, rater)
    asked(capsys, "submit", study, "--session", "A/1", "--rater", "Cy")
    file.write_text("Code,Description\nGoes quiet,Stops.\nSighs,Breathes.\n")
    asked(capsys, "scheme", "import", study, file, "--as-version", "2.0")
    status, _, err = run(capsys, "scheme", "move", study, "lab-codes", "--rater", "Ada")
    assert (status, "denial: 1" in err) == (2, True)
    move = ("scheme", "move", study, "lab-codes", "--instead", "denial=sighs")
    assert asked(capsys, *move, "--rater", "Ada", "--session", "A/1")["moved"] == 1
    told = run(capsys, *move)[1]
    assert (
        told == "Moved to lab-codes 2.0: 1 codings.\nSubmitted, so left under their version: 1.\n"
    )
    assert "Moved to lab-codes 2.0: 0 codings.\n" in run(capsys, *move, "--rater", "Ada")[1]
    assert run(capsys, *move, "--instead", "denial")[0] == 2


def test_a_scheme_of_a_study_or_one_that_ships_is_written(study, capsys):
    asked(
        capsys,
        "scheme",
        "import",
        study,
        study.parent / "lab codes.csv",
        "--id",
        "ours",
        "--title",
        "Our codes",
    )
    for suffix in ("yaml", "json", "xlsx", "csv"):
        out = study.parent / f"ours.{suffix}"
        told = asked(capsys, "scheme", "export", study, "ours", out)
        assert told == {"written": [str(out)], "id": "ours", "version": "1.0"}
        assert asked(capsys, "scheme", "check", out)["id"] == "ours"
        assert asked(capsys, "scheme", "import", study, out)["added"] is False
    out = study.parent / "shipped.yaml"
    assert run(capsys, "scheme", "export", "samstag-2003", out)[0] == 0
    assert asked(capsys, "scheme", "check", out)["id"] == "samstag-2003"
    assert run(capsys, "scheme", "export", study, "ours", out, "--as-version", "9")[0] == 2


def test_what_is_left_out_of_a_codebook_is_said(study, capsys):
    file = study.parent / "more.csv"
    file.write_text("Code,Initials\nPause,ab\n")
    assert "Left out: column “Initials”." in run(capsys, "scheme", "check", file)[1]
    assert "Left out: column “Initials”." in run(capsys, "scheme", "import", study, file)[1]


def test_only_the_lead_changes_a_study_s_schemes(study, capsys):
    asked(capsys, "scheme", "import", study, study.parent / "lab codes.csv")
    code(capsys, study, "Ada")
    file = study.parent / "more.csv"
    file.write_text("Code\nPause\n")
    status, out, err = run(capsys, "scheme", "import", study, file, "--as", "Ada")
    assert (status, out) == (2, "")
    assert err == "Only the study’s lead can do this.\n"


def test_a_version_that_touches_nothing_still_leaves_codings_where_they_are(study, capsys):
    file = study.parent / "lab codes.csv"
    asked(capsys, "scheme", "import", study, file, "--as-version", "2.0")
    code(capsys, study, "Ada")
    file.write_text(CODEBOOK.replace("Stops.", "Is silent."))
    out = run(capsys, "scheme", "import", study, file, "--as-version", "1.5")[1]
    assert "A/1, Ada (in progress): Goes quiet ×1, its rule changed" in out
    file.write_text(CODEBOOK + "Sighs,Breathes.,Leaving\n")
    out = run(capsys, "scheme", "import", study, file, "--as-version", "1.7")[1]
    assert out.splitlines() == [
        "Added lab-codes 1.7, 3 markers.",
        "Codings stay under their version until “scheme move … lab-codes”.",
        "1.7 is now the newest, though the study has 2.0: the version taken in last counts, "
        "whatever its number.",
    ]
    listed = run(capsys, "scheme", "versions", study)[1].splitlines()
    assert [line.endswith(", newest") for line in listed] == [False, False, False, True]


def test_a_sheet_is_named_and_what_was_made_of_it_is_told(study, capsys):
    book = openpyxl.Workbook()
    for name in ("Withdrawal", "Notes of mine"):
        sheet = book.create_sheet(name)
        sheet.append(["Code", "Category" if name == "Withdrawal" else "Example"])
        sheet.append(["Pause", "Withdrawal"])
    file = study.parent / "sheets.xlsx"
    book.save(file)
    assert "--sheet NAME" in run(capsys, "scheme", "check", file)[2]
    out = run(capsys, "scheme", "check", file, "--sheet", "withdrawal")[1]
    assert "Left out: sheet “Sheet”, sheet “Notes of mine”." in out
    assert "Markers have their family from their heading, with low certainty" in out
    told = asked(capsys, "scheme", "check", file, "--sheet", "Withdrawal")
    assert len(told["told"]) == 1
