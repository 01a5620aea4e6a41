"""Options of reading, names, and times that come after the import, by command."""

import pytest
from commanded import asked, run

from coder.transcripts import FORMATS

UNTIMED = (
    "T: How was the week?\nC: Fine, I suppose. (sighs) Anna came.\nT: Mmm\nC: Not much to say.\n"
)


def refused(capsys, *argv):
    status, out, err = run(capsys, *argv)
    assert (status, out) == (2, "")
    return err


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text(UNTIMED, encoding="utf-8")
    return path


@pytest.fixture
def study(tmp_path, capsys, file):
    path = tmp_path / "s.rupture"
    asked(capsys, "new", path)
    asked(capsys, "import", path, file, "--participant", "A", "--session", 1)
    return path


def test_the_formats_are_listed(capsys):
    listed = [each["name"] for each in asked(capsys, "inspect", "--formats")["formats"]]
    assert listed == [each.name for each in FORMATS]
    assert {"text", "docx", "webvtt", "elan-eaf", "whisper-json", "csv"} <= set(listed)
    assert run(capsys, "inspect", "--formats")[1].splitlines()[0].split()[0] == listed[0]
    assert "Name the transcript" in refused(capsys, "inspect")


def test_lines_are_left_out_and_notes_lifted_as_asked(capsys, file):
    found = asked(capsys, "inspect", "--skip", "3-4", "1", file)
    assert found["turns"] == 1
    assert [(each["line"], each["why"]) for each in found["reported"]] == [
        (1, "left out as asked"), (3, "left out as asked"), (4, "left out as asked"),
    ]  # fmt: skip
    lifted = asked(capsys, "inspect", file, "--lift-notes")
    assert [note["text"] for note in lifted["notes"]] == ["(sighs)"]


def test_times_after_a_second_recording_count_later(capsys, tmp_path):
    path = tmp_path / "o.txt"
    path.write_text("T: [39:15] one two\nC: [39:20] three\nT: [0:00] four\nC: [0:09] five\n")
    found = asked(capsys, "inspect", path)
    assert any("clock starts anew: 1" in each for each in found["warnings"])
    moved = asked(capsys, "inspect", path, "--offset", "3=39:30")
    assert moved["warnings"] == []
    assert moved["last_ms"] == (39 * 60 + 39) * 1000


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--skip", "two", "no lines"),
        ("--skip", "9-2", "no lines"),
        ("--offset", "x=1:00", "no offset"),
        ("--offset", "3=soon", "not a time"),
        ("--frame-rate", "many", "frames per second"),
        ("--frame-rate", "0", "frames per second"),
        ("--column", "start", "is no column"),
        ("--column", "when=B", "is no column"),
        ("--names", "none.csv", "none.csv"),
        ("--part", "seven", "seven"),
        ("--tier", "A", "no tiers"),
    ],
)
def test_an_option_that_cannot_be_read_is_refused_with_a_sentence(
    capsys, file, option, value, told
):
    assert told in refused(capsys, "inspect", file, option, value)


def test_what_may_be_a_name_is_listed_and_replaced_from_a_table(capsys, file, tmp_path):
    found = asked(capsys, "inspect", file, "--candidates")
    assert found["candidates"] == [{"text": "Anna", "count": 1, "kind": "name"}]
    assert "name: Anna (1)" in run(capsys, "inspect", file, "--candidates")[1]
    table = tmp_path / "names.csv"
    table.write_text("find,put\nAnna,[sister]\n", encoding="utf-8")
    done = asked(capsys, "inspect", file, "--names", table)
    assert done["replaced"] == [{"put": "[sister]", "count": 1, "turns": [2]}]
    assert "put “[sister]” 1 times" in run(capsys, "inspect", file, "--names", table)[1]
    table.write_text("find,put\nAnna,\n", encoding="utf-8")
    assert "what to put in its place" in refused(capsys, "inspect", file, "--names", table)
    table.write_text("who,put\nAnna,x\n", encoding="utf-8")
    assert "no column “find”" in refused(capsys, "inspect", file, "--names", table)


def test_taps_come_from_a_table_and_the_turns_between_are_interpolated(capsys, study, tmp_path):
    taps = tmp_path / "taps.csv"
    taps.write_text("turn,start\n1,0:10\n4,0:31.5\n", encoding="utf-8")
    found = asked(capsys, "times", study, "--session", "A/1", "--taps", taps)
    assert found["times"] == {
        "given": 0, "anchor": 0, "tapped": 2, "interpolated": 2, "estimated": 0, "none": 0,
    }  # fmt: skip
    turns = asked(capsys, "transcript", study, "--session", "A/1")["turns"]
    assert [(each["start_ms"], each["times"]) for each in turns][::3] == [
        (10_000, "tapped"),
        (31_500, "tapped"),
    ]
    assert "2 tapped, 2 interpolated" in run(capsys, "times", study, "--session", "A/1")[1]


@pytest.mark.parametrize("row", ["9,0:10", "x,0:10", "1,0:10\n1,0:11"])
def test_a_table_of_taps_that_names_no_turn_is_refused_whole(capsys, study, tmp_path, row):
    taps = tmp_path / "taps.csv"
    taps.write_text(f"turn,start\n{row}\n", encoding="utf-8")
    assert "number of no turn" in refused(
        capsys, "times", study, "--session", "A/1", "--taps", taps
    )
    assert asked(capsys, "times", study, "--session", "A/1")["times"]["tapped"] == 0


def test_estimates_need_a_recording_and_can_be_dropped(capsys, study):
    assert "no recording" in refused(capsys, "times", study, "--session", "A/1", "--estimate")
    assert (
        asked(capsys, "times", study, "--session", "A/1", "--drop-estimates")["times"]["estimated"]
        == 0
    )


def test_a_new_version_by_command_carries_marks_and_names_those_left(capsys, study, file, tmp_path):
    codes = tmp_path / "c.csv"
    codes.write_text("marker,turn\ndenial,2\ndenial,4\n", encoding="utf-8")
    asked(
        capsys,
        "code",
        study,
        "--session",
        "A/1",
        "--rater",
        "Bo",
        "--scheme",
        "samstag-2003",
        "--from",
        codes,
    )
    file.write_text("T: Hello.\n" + UNTIMED.replace("Not much", "Nothing"), encoding="utf-8")
    new = ("import", study, file, "--participant", "A", "--session", 1, "--new-version")
    warnings = asked(capsys, *new)["warnings"]
    assert [each for each in warnings if "no longer in the transcript" in each] == [
        "A mark of Bo without a time stands on words that are no longer in the transcript: it keeps "
        "its old place until it is put on a turn or deleted."
    ]
    marks = asked(capsys, "marks", study)["marks"]
    assert [mark["turns"] for mark in marks] == [[3], []]
    status, out, _ = run(capsys, "check", study)
    assert status != 0 or "no longer in its transcript" in out
