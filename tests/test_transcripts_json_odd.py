"""JSON of recognisers that is odd, hostile or real: no word is lost, and nothing is raised."""

import csv
import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_transcripts_json import reading, segment, told, turns

from coder.errors import CoderError
from coder.transcripts import data, formats, to_json
from coder.transcripts.reading import read
from coder.transcripts.source import Options

SAMPLES = Path(__file__).parents[1] / ".." / "shared" / "data" / "transcripts"


# Times and words that are none


@pytest.mark.parametrize(
    ("written", "ms"),
    [
        ("12.900s", 12900),
        ("13.03", 13030),
        ("00:01:01,500", 61500),
        ({"seconds": "12", "nanos": 900000000}, 12900),
        ({"nanos": 5000000}, 5),
        (25.439999, 25440),
        (-0.0, 0),
        (5e-324, 0),
        *(
            (odd, None)
            for odd in (
                None, True, -5, "-5", "x", "", {}, [], 1e300, float("inf"), float("nan"), "1e99",
                10**17, "9" * 400, {"seconds": -1}, {"seconds": "x"}, "12.9 s s",
            )
        ),
    ],
)  # fmt: skip
def test_seconds_are_read_or_none(written, ms):
    assert data.seconds(written) == ms


@pytest.mark.parametrize(
    ("written", "ms"),
    [
        ("PT10M29.52S", 629520),
        ("PT0.07S", 70),
        ("P1DT1H", 90_000_000),
        ("pt4s", 4000),
        ("PT0S", 0),
        *((odd, None) for odd in ("PT", "P", "", "PT-4S", "PT4", None, 4, f"PT{'9' * 30}S")),
    ],
)
def test_durations_of_iso_8601_are_read_or_none(written, ms):
    assert data.span(written) == ms


def test_a_label_is_as_written_and_a_bare_number_names_a_speaker():
    assert [data.label(each) for each in ("A", " spk_0 ", "0", 0, 2.0)] == [
        "A",
        "spk_0",
        "0",
        "Speaker 0",
        "Speaker 2",
    ]
    assert {data.label(each) for each in (None, True, -1, 0.5, [], {}, float("nan"))} == {""}


HOSTILE = b"""{"segments": [
  {"text": "a", "start": %s, "end": 1e999}, {"text": "b", "start": NaN, "end": -Infinity},
  {"text": "c", "start": -5, "end": true}, {"text": "d", "start": null, "end": "x"},
  {"text": "e", "start": 1e300, "end": {}}, {"text": "f", "start": 1, "start": 2, "end": 3},
  {"text": 7, "start": 1, "end": 2}, {"text": "g\\ud800\\u0000h", "start": 4, "end": 3}, 5, "x"]}"""


def test_times_that_are_none_are_none_and_counted():
    found = read(Path("a.json"), HOSTILE % (b"9" * 5000))
    assert turns(found) == [
        *(("", each, None, None) for each in "abcde"),
        ("", "f", 2000, 3000),
        ("", "g\ufffd\ufffdh", 4000, 3000),
    ]
    assert told(found)["times_unread"] == {"count": 5}
    assert told(found)["times_end_first"] == {"count": 1}
    assert found.cues == 8
    json.dumps(to_json(found)).encode()


@pytest.mark.parametrize("nest", [b"[" * 300_000, b'{"a":' * 100_000, b"[" * 9000 + b"]" * 9000])
def test_json_nested_too_deep_is_refused(nest):
    with pytest.raises(CoderError, match="json_too_deep"):
        read(Path("a.json"), nest)


def test_json_that_ends_early_is_damaged():
    whole = json.dumps({"segments": [segment("Hm.", 0, 1)]}).encode()
    with pytest.raises(CoderError, match="transcript_damaged"):
        read(Path("a.json"), whole[:-3])


@pytest.mark.parametrize("other", ['{"a": [1, {"text": "b"}]}', '{"a": 1}\n{"a": 2}', '[{"a": 1}]'])
def test_other_json_keeps_its_plain_refusal(other):
    with pytest.raises(CoderError, match="transcript_other_format"):
        read(Path("a.json"), other.encode())


NAMES = [
    "whisper-json",
    "whisperx-json",
    "whisper-timestamped-json",
    "whispercpp-json",
    "deepgram-json",
    "assemblyai-json",
    "aws-json",
    "google-json",
    "ibm-json",
    "speechmatics-json",
    "azure-json",
    "trint-json",
    "revai-json",
    "otranscribe",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [b"T: hm\nC: hm", b"[1, 2]", b'{"a": 1}'])
def test_a_reader_told_to_read_what_is_not_its_own_refuses(name, content):
    assert formats.named(name)
    with pytest.raises(CoderError, match="transcript_not_format"):
        read(Path("a.txt"), content, Options(format=name))


# Whatever comes: a reading or a sentence


KEYS = [
    "results",
    "result",
    "transcription",
    "segments",
    "text",
    "words",
    "word",
    "start",
    "end",
    "speaker",
    "speakers",
    "channels",
    "alternatives",
    "transcript",
    "utterances",
    "paragraphs",
    "sentences",
    "channel",
    "metadata",
    "audio_url",
    "items",
    "transcripts",
    "speaker_labels",
    "speaker_label",
    "start_time",
    "end_time",
    "type",
    "content",
    "audio_segments",
    "channel_labels",
    "channel_label",
    "startTime",
    "endTime",
    "seconds",
    "nanos",
    "speakerTag",
    "speakerLabel",
    "response",
    "timestamps",
    "from",
    "to",
    "final",
    "result_index",
    "attaches_to",
    "name",
    "time",
    "duration",
    "value",
    "paragraphId",
    "strikethrough",
    "recognizedPhrases",
    "nBest",
    "display",
    "offset",
    "offsetInTicks",
    "phrases",
    "combinedPhrases",
    "AudioFileResults",
    "SegmentResults",
    "monologues",
    "elements",
    "ts",
    "end_ts",
    "id",
    "offsets",
    "media",
    "media-time",
    "punctuated_word",
    "word_segments",
    "summary",
    "chapters",
    "translations",
    "channelTag",
    "inlineResult",
]

scalar = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(["0.5", "1.5s", "PT2S", "punctuation", "previous", "A", "so", "<br>T: a"]),
)
anything = st.recursive(
    scalar,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=30,
)
SHAPES = [
    {"segments": [{"text": "a", "start": 0, "end": 1, "words": [{}]}]},
    {"transcription": [{"offsets": {}}]},
    {"results": {"channels": [{"alternatives": [{"words": [{}]}]}], "utterances": [{}]}},
    {"text": "a", "words": [{}], "utterances": [{}], "audio_url": ""},
    {"results": {"items": [{"alternatives": [{}]}], "speaker_labels": {"segments": [{}]}}},
    {"results": [{"alternatives": [{"transcript": "a", "words": [{}]}]}]},
    {"results": [{"alternatives": [{"timestamps": [[]]}], "final": True}]},
    {"results": [{"type": "word", "alternatives": [{}]}]},
    {"words": [{"name": "a", "time": "1", "duration": "1"}], "speakers": [{}]},
    {"words": [{"value": "a", "time": 1, "duration": 1}], "speakers": {}},
    {"recognizedPhrases": [{"nBest": [{}]}]},
    {"monologues": [{"elements": [{}]}]},
    {"text": "<p>T: a</p>", "media": "", "media-time": 0},
]


def changed(value, draw):
    """Put something else in the place of parts of a value."""
    if draw(st.integers(0, 5)) == 0:
        return draw(anything)
    if isinstance(value, dict):
        return {key: changed(each, draw) for key, each in value.items()} | draw(
            st.dictionaries(st.sampled_from(KEYS), anything, max_size=2)
        )
    if isinstance(value, list):
        return [changed(each, draw) for each in value]
    return value


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_json_gives_a_reading_or_a_sentence(drawn):
    value = changed(drawn.draw(st.sampled_from(SHAPES)), drawn.draw)
    try:
        found = read(Path("a.json"), json.dumps(value).encode())
    except CoderError:
        return
    json.dumps(to_json(found)).encode()
    times = [ms for turn in found.turns for ms in (turn.start_ms, turn.end_ms) if ms is not None]
    assert all(isinstance(ms, int) and ms >= 0 for ms in times)


# No word is lost


spoken = st.lists(
    st.tuples(st.text("abcé’.,“”1", min_size=1, max_size=6), st.sampled_from(["A", "B"])),
    min_size=1,
    max_size=12,
)


def as_whisperx(words):
    """One segment over all, whose words carry the speakers."""
    marked = [{"word": text, "start": n, "speaker": who} for n, (text, who) in enumerate(words)]
    return {"segments": [segment(" ".join(text for text, _ in words), 0, 9, words=marked)]}


def as_deepgram(words):
    said = [{"word": text, "start": n, "speaker": who} for n, (text, who) in enumerate(words)]
    return {"results": {"channels": [{"alternatives": [{"words": said}]}]}}


def as_assembly(words):
    said = [{"text": text, "start": n, "speaker": who} for n, (text, who) in enumerate(words)]
    return {"audio_url": "", "text": "", "words": said}


def as_aws(words):
    items = [
        {"start_time": str(n), "alternatives": [{"content": text}], "speaker_label": who}
        for n, (text, who) in enumerate(words)
    ]
    return {"results": {"items": items}}


def as_google(words):
    said = [{"word": text, "speakerTag": who} for text, who in words]
    plain = [{"word": text} for text, _ in words]
    whole = " ".join(text for text, _ in words)
    results = [{"transcript": whole, "words": plain}, {"words": said}]
    return {"results": [{"alternatives": [each]} for each in results]}


def as_ibm(words):
    stamps = [[text, n, n + 1] for n, (text, _) in enumerate(words)]
    labels = [{"from": n, "speaker": who} for n, (_, who) in enumerate(words)]
    return {"results": [{"alternatives": [{"timestamps": stamps}]}], "speaker_labels": labels}


def as_speechmatics(words):
    return {
        "results": [
            {"type": "word", "alternatives": [{"content": text, "speaker": who}]}
            for text, who in words
        ]
    }


def as_trint(words):
    return {
        "words": [
            {"value": text, "time": n, "duration": 1, "paragraphId": "p", "speaker": who}
            for n, (text, who) in enumerate(words)
        ]
    }


@settings(deadline=None)
@pytest.mark.parametrize(
    "write",
    [
        as_whisperx,
        as_deepgram,
        as_assembly,
        as_aws,
        as_google,
        as_ibm,
        as_speechmatics,
        as_trint,
    ],
)
@given(words=spoken)
def test_words_come_out_as_they_went_in_and_change_turns_with_the_speaker(write, words):
    expected = []
    for text, who in words:
        if expected and expected[-1][0] == who:
            expected[-1] = (who, f"{expected[-1][1]} {text}")
        else:
            expected.append((who, text))
    found = reading(write(words))
    assert [(turn.label, turn.text) for turn in found.turns] == expected
    assert found.reported == ()


html_piece = st.sampled_from(
    ["T: ", "C: ", "word", " & ", "<br>", "</p><p>", "<b>", "</b>", "<", "(sigh)", "&amp;"]
    + [f'<span class="timestamp" data-timestamp="{at}">0:0{at}</span>' for at in (1, 2)]
)


@settings(deadline=None)
@given(st.lists(html_piece, max_size=25))
def test_otranscribe_keeps_every_word(pieces):
    try:
        found = reading({"text": "".join(pieces), "media": "", "media-time": 0}, "a.otr")
    except CoderError:
        return
    kept = " ".join(
        [f"{turn.label} {turn.text}" for turn in found.turns]
        + [note.text for note in found.notes if note.turn is None]
        + [each.text for each in found.reported]
    )
    assert kept.count("word") >= pieces.count("word")
    assert kept.count("sigh") == pieces.count("(sigh)")
    times = len(found.anchors) + sum(
        (turn.start_ms is not None) + (turn.end_ms is not None) for turn in found.turns
    )
    # A label without words is reported, without the times beside it.
    times += 2 * sum(each.why == "no words follow" for each in found.reported)
    assert times + kept.count("0:0") >= sum("span" in piece for piece in pieces)


@pytest.mark.parametrize(
    "value",
    [
        {"segments": [segment(" hello there", n, n + 1) for n in range(15_000)]},
        {"segments": [segment("a " * 9000, 0, 1, words=[{"word": "a", "speaker": "AB"[n % 2]} for n in range(9000)])]},
        {"segments": [segment("<|speakerturn|>" * 60_000, 0, 1)]},
        {"text": "<span data-timestamp=1>" * 40_000, "media": "", "media-time": 0},
        {"text": "<!-- <" * 160_000, "media": "", "media-time": 0},
        {"segments": [{}] * 240_000},
    ],
)  # fmt: skip
def test_a_megabyte_is_read_in_time(value):
    content = json.dumps(value).encode()
    assert len(content) < 1_200_000
    begun = time.process_time()
    try:
        read(Path("a.json"), content)
    except CoderError as fault:
        assert fault.key  # noqa: PT017 - refused is as good as read
    assert time.process_time() - begun < 6  # two seconds; more on a busy machine


# The real files beside the checkout


def sample(name):
    return read(SAMPLES / name, (SAMPLES / name).read_bytes())


def expected_of(name):
    entries = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    return next(each["expected"] for each in entries if each["files"] == [name])


@pytest.mark.shared
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/data is missing")
class TestSamples:
    """What the files of ../shared give, counted by others."""

    def test_deepgram(self):
        found = sample("deepgram-utterances.json")
        told_of = expected_of("deepgram-utterances.json")
        assert found.format == "deepgram-json"
        assert len(found.turns) == told_of["utterances"]
        assert to_json(found)["speakers"] == told_of["speakers"]
        assert found.first_ms == round(told_of["first_word_start_s"] * 1000)
        assert found.last_ms == round(told_of["last_word_end_s"] * 1000)
        assert sum(len(turn.text.split()) for turn in found.turns) == told_of["words"]

    def test_assemblyai(self):
        found = sample("assemblyai-utterances.json")
        told_of = expected_of("assemblyai-utterances.json")
        assert found.format == "assemblyai-json"
        assert (len(found.turns), found.speakers) == (told_of["utterances"], told_of["speakers"])
        assert (found.first_ms, found.last_ms) == (
            told_of["first_start_ms"],
            told_of["last_end_ms"],
        )
        assert sum(len(turn.text.split()) for turn in found.turns) == told_of["words"]
        assert "googleapis" not in repr(found)

    def test_whisper_timestamped(self):
        found = sample("whisper-timestamped.json")
        told_of = expected_of("whisper-timestamped.json")
        assert found.format == "whisper-timestamped-json"
        assert (found.cues, len(found.turns)) == (told_of["segments"], told_of["segments"])
        assert found.first_ms == round(told_of["first_start_s"] * 1000)
        assert found.last_ms == round(told_of["last_end_s"] * 1000)
        assert "json_text_differs" not in told(found)

    @pytest.mark.parametrize("other", ["srt", "vtt"])
    def test_the_json_of_a_recording_gives_the_turns_of_its_captions(self, other):
        rows = (SAMPLES / "whisper-goodboy-tsv.tsv").read_text(encoding="utf-8").splitlines()
        segments = [
            segment(f" {text}", int(start) / 1000, int(end) / 1000)
            for start, end, text in csv.reader(rows[1:], delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
        captions = sample(f"whisper-goodboy-{other}.{other}")
        found = reading({"segments": segments, "language": "en"})
        assert (found.cues, found.cues) == (753, captions.cues)
        assert turns(found) == turns(captions)
