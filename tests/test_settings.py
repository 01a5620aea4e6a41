"""Settings are kept whole, and a damaged file costs nobody their work."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as slow
from hypothesis import strategies as st

from coder import settings
from coder.errors import CoderError
from coder.settings import Settings
from coder.words import say

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def test_what_was_saved_is_loaded(tmp_path):
    path = tmp_path / "deep" / "settings.json"
    kept = Settings(reaction_ms=700, theme="dark", keys=(("flag", "F9"),), recent=("/a", "/b"))
    settings.save(kept, path)
    assert settings.load(path) == kept
    assert [each.name for each in path.parent.iterdir()] == ["settings.json"]


@slow(deadline=None)
@given(st.builds(Settings, step_back_ms=st.integers(), theme=words, backchannels=st.lists(words).map(tuple), keys=st.lists(st.tuples(words, words)).map(tuple)))  # fmt: skip
def test_every_setting_comes_back(tmp_path_factory, kept):
    path = tmp_path_factory.getbasetemp() / "settings.json"
    settings.save(kept, path)
    assert settings.load(path) == kept


def test_a_missing_file_gives_the_defaults(tmp_path):
    assert settings.load(tmp_path / "none.json") == Settings()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[]", b'"dark"', b"null"])
def test_a_damaged_file_gives_the_defaults(tmp_path, content):
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert settings.load(path) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reaction_ms", "1000"),
        ("reaction_ms", True),
        ("reaction_ms", 1.5),
        ("reaction_ms", None),
        ("theme", 3),
        ("backchannels", "mm"),
        ("backchannels", [1, 2]),
        ("keys", [["flag"]]),
        ("keys", [["flag", "F9", "F10"]]),
        ("keys", ["ab"]),
        ("keys", [["flag", 9]]),
        ("recent", {"a": 1}),
    ],
)
def test_a_setting_of_the_wrong_type_is_left_and_the_others_are_taken(tmp_path, name, value):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({name: value, "text_size": 150, "of_a_later_version": 1}))
    assert settings.load(path) == Settings(text_size=150)


def test_settings_lie_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("RUPTURE_CODER_SETTINGS", str(tmp_path / "mine.json"))
    settings.save(Settings(text_size=120))
    assert settings.settings_file() == tmp_path / "mine.json"
    assert settings.load().text_size == 120


def test_settings_lie_in_the_users_own_folder(monkeypatch):
    monkeypatch.delenv("RUPTURE_CODER_SETTINGS", raising=False)
    path = settings.settings_file()
    assert path.is_absolute()
    assert (path.name, path.parent.name) == ("settings.json", "rupture-coder")


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CoderError) as fault:
        settings.save(Settings(), tmp_path / "file" / "settings.json")
    assert fault.value.key == "settings_unwritable"
    assert str(tmp_path) in say(fault.value)


def test_every_setting_says_what_it_does():
    assert all(each.metadata["about"] for each in dataclasses.fields(Settings))


def test_the_list_of_backchannels_holds_what_the_design_names():
    named = {"mm", "mmm", "hmm", "uh huh", "yeah", "ok", "right"}
    assert named <= set(Settings().backchannels)
    assert isinstance(settings.settings_file(), Path)
