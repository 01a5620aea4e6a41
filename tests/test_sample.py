"""The sample study is made whole, once, and is a study like any other."""

from collections import Counter

import pytest

from coder import checks, sample
from coder.coding import Kind, State
from coder.errors import CoderError
from coder.session import Role
from coder.study import LEAD, Study


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return sample.make(tmp_path_factory.mktemp("sample") / "new folder" / sample.NAME)


@pytest.fixture(scope="module")
def study(path):
    with Study.open(path) as study:
        yield study


def test_it_lies_there_with_its_recording_and_nothing_else(path, study):
    names = {each.name for each in path.parent.iterdir()} - {f"{path.name}.lock"}
    assert names == {"Sample study.rupture", "Sample recording.ogg"}


def test_it_is_sound(study):
    assert list(checks.problems(study)) == []


def test_it_holds_one_session_in_two_voices(study):
    (session,) = study.sessions()
    assert session.address == sample.ADDRESS
    turns = study.turns(session.id)
    roles = Counter(turn.role for turn in turns)
    assert set(roles) == {Role.PATIENT, Role.THERAPIST}
    (kept,) = study.recordings(session.id)
    assert 8 * 60_000 <= kept.duration_ms <= 12 * 60_000
    assert 0 < session.measure_ms < session.feedback_ms < kept.duration_ms
    assert all(0 <= turn.start_ms < kept.duration_ms for turn in turns)


def test_three_coded_it_and_submitted(study):
    coded = study.coded(LEAD)
    assert {each.rater.name for each in coded} == {"Expert", "Ada", "Ben"}
    assert all(each.coding.state == State.SUBMITTED for each in coded)
    assert study.blind
    (gold,) = [each for each in coded if each.rater.name == "Expert"]
    kinds = {mark.marker for mark in gold.marks if mark.kind == Kind.MARKER}
    assert len(kinds) >= 15
    assert gold.episodes
    assert all(len(each.marks) > 5 for each in coded)


def test_it_is_made_once(path):
    before = path.stat().st_mtime_ns
    assert sample.make(path) == path
    assert path.stat().st_mtime_ns == before


def test_what_an_interrupted_making_left_is_made_anew(tmp_path, monkeypatch):
    path = tmp_path / sample.NAME
    with monkeypatch.context() as patch:
        patch.setattr(sample, "CODINGS", {"Expert": "none.csv"})
        with pytest.raises((CoderError, FileNotFoundError)):
            sample.make(path)
    assert not path.exists()
    assert (tmp_path / "Sample study.part.rupture").exists()
    with Study.open(sample.make(path)) as study:
        assert len(study.coded(LEAD)) == 3
    assert not (tmp_path / "Sample study.part.rupture").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CoderError, match="study_unreadable"):
        sample.make(tmp_path / "file" / "deep" / sample.NAME)
