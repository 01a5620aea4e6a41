"""A sound study has no problems; each thing that can be wrong is told in a sentence."""

import dataclasses
import shutil
import wave
from pathlib import Path

import pytest
from data import make_studies
from data.make_studies import ADA, BEN, coding, mark

from coder import checks, imports
from coder.coding import Anchor, Change, EpisodeId, anchor_on, place
from coder.session import SessionId
from coder.study import Study
from coder.words import say


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The small study with a real recording, which it was made without."""
    path = tmp_path_factory.mktemp("made") / "s.rupture"
    with wave.open(str(path.with_name("a.wav")), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\x10\x00" * 8000)
    with make_studies.make(path) as study:
        study.apply(Change("no recording", tuple(study.recordings(SessionId("P1-1")))))
        imports.add_recording(study, study.session("P1/1"), path.with_name("a.wav"), 0)
    return path.parent


@pytest.fixture
def study(made, tmp_path):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    with Study.open(tmp_path / "s.rupture") as study:
        yield study


def told(study):
    return [say(each) for each in checks.problems(study)]


def keys(study):
    return [each.key for each in checks.problems(study)]


def test_a_sound_study_has_no_problems(study):
    assert told(study) == []


def test_a_recording_that_was_renamed_below_the_study_is_no_problem(study):
    folder = study.path.parent
    (folder / "a.wav").rename(folder / "b.wav")
    assert told(study) == []


def test_a_recording_that_is_gone_is_told(study):
    (study.path.parent / "a.wav").unlink()
    assert told(study) == ["The recording a.wav of session P1/1 is not where it was."]


def test_a_recording_of_the_same_size_with_other_bytes_is_told(study):
    path = study.path.parent / "a.wav"
    path.write_bytes(path.read_bytes()[:-1] + b"\x77")
    assert told(study) == [f"The recording {path} of session P1/1 is not the one imported."]


def test_a_log_that_was_altered_is_told(study):
    study._file._raw.execute("DROP TRIGGER log_keeps_update")
    study._file._raw.execute("UPDATE log SET what = 'x' WHERE seq = 2")
    assert told(study) == ["Entry 2 of the log does not verify: it was altered, or one before it was."]  # fmt: skip


def test_a_study_without_a_log_is_told(study):
    for sql in ("DROP TRIGGER log_keeps_delete", "DELETE FROM log_content", "DELETE FROM log"):
        study._file._raw.execute(sql)
    assert keys(study) == ["log_fault"]


def test_a_file_with_lost_pages_is_told(study):
    study._file._raw.execute("PRAGMA writable_schema=ON")
    study._file._raw.execute("DELETE FROM sqlite_master WHERE name = 'log_by'")
    path = study.path
    study.close()
    with Study.open(path) as again:
        assert keys(again) == ["file_fault"]


def test_what_cannot_be_read_ends_the_report_in_a_sentence(study):
    study._file._raw.execute("UPDATE mark SET turns = '['")
    assert told(study) == [f"{study.path} is damaged (a row of mark cannot be read); restore it from a backup."]  # fmt: skip
    study._file._raw.execute("DROP TRIGGER log_keeps_update")
    study._file._raw.execute("UPDATE log SET what = x'ff' WHERE seq = 2")
    assert keys(study) == ["file_fault", "study_damaged"]


def test_a_reference_to_nothing_is_told(study):
    study._file._raw.execute("PRAGMA foreign_keys=OFF")
    study._file._raw.execute("DELETE FROM speaker")
    study._file._raw.execute("DELETE FROM session")
    assert "reference_fault" in keys(study)


def marked(study, **more):
    kept = mark(coding(ADA), "new", 2, **more)
    study.apply(place(coding(ADA), kept, "Denial"))
    return kept


def test_a_mark_of_an_episode_that_is_gone_is_told(study):
    marked(study, episodes=(EpisodeId("e1"), EpisodeId("gone")))
    assert told(study) == ["A mark of Ada in P1/1 belongs to an episode that is gone."]


def test_a_mark_whose_turn_is_gone_is_told(study):
    kept = mark(coding(ADA), "new", 2)
    anchor = dataclasses.replace(kept.anchor, turns=("gone",))
    study.apply(place(coding(ADA), dataclasses.replace(kept, anchor=anchor), "Denial"))
    assert [say(each) for each in checks.problems(study) if each.key.startswith("anchor")] == [
        "The mark of Ada at 0:10 in P1/1 stands on words that are no longer in its transcript: put "
        "it on a turn, or delete it."
    ]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"quote": "otherwise"}, "0:10"),
        ({"begin": 1, "stop": 3}, "0:10"),
        ({"turns": (), "quote": ""}, None),
        ({"quote": "otherwise", "start_ms": None}, "?"),
        ({"quote": "otherwise", "start_ms": 3_661_000}, "1:01:01"),
    ],
)
def test_a_mark_that_does_not_stand_on_its_words_is_told(study, change, at):
    kept = mark(coding(ADA), "new", 2)
    anchor = dataclasses.replace(kept.anchor, **change)
    study.apply(place(coding(ADA), dataclasses.replace(kept, anchor=anchor), "Denial"))
    expected = f"The mark of Ada at {at} in P1/1 does not stand on its words."
    assert told(study) == ([] if at is None else [expected])


def test_marks_on_words_on_several_turns_and_on_a_moment_alone_are_sound(study):
    turns = study.turns(SessionId("P1-1"))
    for number, anchor in enumerate((
        anchor_on(turns[1:2], begin=5, stop=6),
        anchor_on(turns[1:4:2]),
        anchor_on(turns[1:6:2], begin=5, stop=4),
        Anchor(start_ms=5),
        None,
    )):  # fmt: skip
        kept = dataclasses.replace(mark(coding(ADA), f"new{number}"), anchor=anchor)
        study.apply(place(coding(ADA), kept, "Denial"))
    assert told(study) == []


def test_a_marker_that_its_scheme_does_not_have_is_told(study):
    marked(study, marker="nonsense")
    assert len(told(study)) == 1


def test_the_kept_file_is_there():
    assert Path(make_studies.__file__).exists()


def test_what_is_wrong_with_marks_a_viewer_may_not_see_is_counted_without_a_name(study):
    of = coding(ADA)
    loose = dataclasses.replace(mark(of, "loose", 2), episodes=(EpisodeId("nowhere"),))
    study.apply(place(of, loose, "x"))
    (own,) = [say(each) for each in checks.problems(study, ADA.id)]
    (lead,) = told(study)
    assert own == lead
    (other,) = [say(each) for each in checks.problems(study, BEN.id)]
    assert "in 1 places" in other
    assert ADA.name not in other
    assert "0:10" not in other
