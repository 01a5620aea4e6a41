"""Nothing leaves a study without standing in its log."""

import pytest
from data import make_studies

from coder import leaving
from coder.errors import CoderError
from coder.study import LEAD, Study


@pytest.fixture
def study(tmp_path):
    with make_studies.make(tmp_path / "s.rupture") as made:
        yield made


def test_what_is_written_is_noted_with_who_took_it(study, tmp_path):
    path = tmp_path / "out.txt"

    def write():
        path.write_text("numbers")
        return [path]

    assert leaving.leave(study, make_studies.ADA.id, "export numbers", write) == [path]
    entry = study.entries()[-1]
    assert (entry.what, entry.by, entry.kind) == ("export numbers", make_studies.ADA.id, "seen")


@pytest.mark.parametrize("fault", [CoderError("study_busy", path="s"), OSError("full")])
def test_without_its_note_nothing_that_was_written_is_left(study, tmp_path, monkeypatch, fault):
    paths = [tmp_path / "one.csv", tmp_path / "one-columns.csv", tmp_path / "gone.csv"]

    def write():
        for path in paths[:2]:
            path.write_text("numbers")
        return paths

    def fails(*_args):
        raise fault

    monkeypatch.setattr(Study, "note", fails)
    with pytest.raises(type(fault)):
        leaving.leave(study, LEAD, "export numbers", write)
    assert not any(path.exists() for path in paths)


def test_what_cannot_be_written_is_not_noted(study):
    def write():
        raise CoderError("export_unwritable", path="x", why="full")

    before = study.entries()
    with pytest.raises(CoderError, match="export_unwritable"):
        leaving.leave(study, LEAD, "export numbers", write)
    assert study.entries() == before
