"""The real text files beside the checkout, against what the lists with them say."""

import json
import re
from pathlib import Path

import pytest

from coder.transcripts.reading import read

SHARED = Path(__file__).parents[1] / ".." / "shared"
SAMPLES, SEEDS = SHARED / "data" / "transcripts", SHARED / "seeds"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/data is missing"),
]


def _otter():
    if not SAMPLES.is_dir():
        return []
    entries = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    return [
        pytest.param(SAMPLES / each["files"][0], each["expected"], id=each["id"])
        for each in entries
        if each["format"] == "otter-txt"
    ]


def _ms(written):
    seconds = 0
    for field in written.split(":"):
        seconds = seconds * 60 + int(field)
    return seconds * 1000


@pytest.mark.parametrize(("path", "expected"), _otter())
def test_otter_files_are_as_expected(path, expected):
    reading = read(path, path.read_bytes())
    assert len(reading.turns) == expected["turns"]
    assert reading.speakers == expected["speakers"]
    assert sum(turn.start_ms is not None for turn in reading.turns) == expected.get(
        "times", expected["turns"]
    )
    if "first_time" in expected:
        starts = [turn.start_ms for turn in reading.turns]
        assert (starts[0], starts[-1]) == (
            _ms(expected["first_time"]),
            _ms(expected["last_time_in_file"]),
        )
        assert max(starts) == _ms(expected["largest_time_before_reset"])
        resets = [each.where["count"] for each in reading.warnings if each.key == "times_reset"]
        assert resets == [len(expected["clock_resets"])]
        assert expected["footer"] in [each.text for each in reading.reported]


@pytest.mark.parametrize(("path", "expected"), _otter())
def test_none_of_their_words_is_lost(path, expected):
    reading = read(path, path.read_bytes())
    text = path.read_text(encoding="utf-8")
    for name in expected["speakers"]:
        text = re.sub(rf"(?m)^{name} +(?:\d[\d:]*)? *$", "", text)
    kept = [turn.text for turn in reading.turns]
    kept += [note.text for note in reading.notes if note.turn is None]
    kept += [each.text for each in reading.reported]
    assert sorted(re.sub(r"\s", "", "".join(kept))) == sorted(re.sub(r"\s", "", text))


@pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared/seeds is missing")
def test_the_dialogue_in_an_article_is_found_and_what_follows_is_warned_of():
    path = SEEDS / "okamoto-kazantzis.txt"
    reading = read(path, path.read_bytes())
    labels = re.findall(r"(?m)^\*\*(\w+):\*\*", path.read_text(encoding="utf-8"))
    assert [turn.label for turn in reading.turns] == labels
    assert "last_turn_long" in [each.key for each in reading.warnings]
