"""Recognisers that give words and speakers apart, and oTranscribe. The words are invented."""

import pytest
from test_transcripts_json import reading, reported, told, turns

from coder.errors import CoderError

# AWS


def item(text, start=None, end=None, **more):
    times = {} if start is None else {"start_time": str(start), "end_time": str(end)}
    kind = "punctuation" if start is None else "pronunciation"
    return {"type": kind, "alternatives": [{"content": text}], **times, **more}


def labelled(label, start, end, *items):
    return {
        "speaker_label": label,
        "start_time": str(start),
        "end_time": str(end),
        "items": [{"start_time": str(at), "speaker_label": label} for at in items],
    }


SAID = [item("Well", 0.1, 0.5), item(","), item("no", 0.6, 1.0), item("."), item("Hm", 13.03, 13.5)]


def aws(items=SAID, whole="Well, no. Hm", **results):
    return {
        "jobName": "x",
        "results": {"transcripts": [{"transcript": whole}], "items": items} | results,
    }


def test_aws_items_are_grouped_by_the_speaker_of_their_time():
    segments = [labelled("spk_0", 0.0, 1.2, 0.1, 0.6), labelled("spk_1", 13, 14, 13.03)]
    found = reading(aws(speaker_labels={"speakers": 2, "segments": segments}))
    assert (found.format, found.cues) == ("aws-json", None)
    assert turns(found) == [("spk_0", "Well, no.", 100, 1000), ("spk_1", "Hm", 13030, 13500)]
    assert set(told(found)) == {"turns_from_words"}


def test_aws_segments_without_items_count_by_their_time():
    segments = [labelled("spk_0", 0.0, 0.55), labelled("", 0.55, 1.2)]
    found = reading(aws(speaker_labels={"segments": segments}))
    assert turns(found) == [("spk_0", "Well,", 100, 500), ("", "no. Hm", 600, 13500)]


def test_aws_without_speakers_is_one_turn():
    found = reading(aws(speaker_labels={"segments": []}))
    assert turns(found) == [("", "Well, no. Hm", 100, 13500)]


def test_aws_newer_items_and_audio_segments_carry_the_speaker():
    items = [{**each, "speaker_label": "spk_1"} for each in SAID]
    assert reading(aws(items)).speakers == {"spk_1": 1}
    parts = [("Well, no.", "0.1", "1.0", "spk_0"), ("Hm", "13.03", "13.5", "spk_1")]
    segments = [
        {"transcript": text, "start_time": start, "end_time": end, "speaker_label": label}
        for text, start, end, label in parts
    ]
    found = reading(aws(audio_segments=segments))
    assert turns(found) == [("spk_0", "Well, no.", 100, 1000), ("spk_1", "Hm", 13030, 13500)]
    assert told(found) == {"turns_from": {"what": "audio segments"}}
    half = reading(aws(audio_segments=segments[:1]))
    assert "turns_from_words" in told(half)


def test_aws_channels_are_speakers():
    channels = [
        {"channel_label": "ch_0", "items": [item("Well", 1, 2), item("."), item("So", 5, 6)]},
        {"channel_label": "ch_1", "items": [item("Hm", 3, 4), item(".")]},
    ]
    found = reading(aws([], "Well. Hm. So", channel_labels={"channels": channels}))
    assert [(turn.label, turn.text) for turn in found.turns] == [
        ("ch_0", "Well."),
        ("ch_1", "Hm."),
        ("ch_0", "So"),
    ]


def test_aws_text_alone_is_one_turn_and_other_guesses_are_told_of():
    assert turns(reading(aws([]))) == [("", "Well, no. Hm", None, None)]
    twice = item("Well", 0, 1)
    twice["alternatives"].append({"content": "Will"})
    assert "json_left_out" in told(reading(aws([twice], "Well")))


# Google


def google(text, *words, **more):
    best = {"transcript": text} | ({"words": list(words)} if words else {})
    return {"alternatives": [best], **more}


def tagged(text, start, end, **more):
    return {"word": text, "startTime": f"{start}s", "endTime": f"{end}s", **more}


PLAIN = [
    google("are you", tagged("are", "0", "0.400"), tagged("you", "0.400", "1")),
    google(" I am", tagged("I", "12.900", "13"), tagged("am", "13", "13.500")),
]
AGAIN = google(
    "",
    tagged("are", "0", "0.400", speakerTag=1),
    tagged("you", "0.400", "1", speakerTag=1),
    tagged("I", "12.900", "13", speakerTag=2),
    tagged("am", "13", "13.500", speakerTag=2),
)


def test_google_results_without_speakers_are_turns():
    found = reading({"results": PLAIN})
    assert (found.format, found.cues) == ("google-json", None)
    assert turns(found) == [("", "are you", 0, 1000), ("", "I am", 12900, 13500)]
    assert turns(reading({"results": [google("are you")]})) == [("", "are you", None, None)]


def test_google_repeats_all_words_in_the_last_result_and_that_alone_is_taken():
    found = reading({"results": [*PLAIN, AGAIN]})
    assert turns(found) == [("Speaker 1", "are you", 0, 1000), ("Speaker 2", "I am", 12900, 13500)]
    assert "google_repeated" in told(found)
    assert reported(found) == []


def test_google_results_that_the_last_says_in_other_words_are_reported():
    found = reading({"results": [PLAIN[0], google("I was"), AGAIN]})
    assert [text for _, text, _ in reported(found)] == ["are you", "I was"]
    assert len(found.turns) == 2


def test_google_speakers_in_every_result_are_all_taken():
    each = [
        google(
            "are you", tagged("are", 0, 1, speakerLabel="1"), tagged("you", 1, 2, speakerLabel="1")
        ),
        google("I am", tagged("I", 2, 3, speakerLabel="2"), tagged("am", 3, 4, speakerTag=0)),
    ]
    found = reading({"results": each})
    assert turns(found) == [
        ("1", "are you", 0, 2000),
        ("2", "I", 2000, 3000),
        ("", "am", 3000, 4000),
    ]
    assert "google_repeated" not in told(reading({"results": [AGAIN]}))


@pytest.mark.parametrize("own", [True, False])
def test_google_takes_the_last_result_alone_where_it_holds_all_words_of_those_before(own):
    words = [tagged(text, n, n + 1, speakerTag=n // 2 + 1) for n, text in enumerate("abcd")]
    each = [
        google(" ".join("abcd"[: n + 1]), *words[0 if not own else n : n + 1]) for n in range(4)
    ]
    if own:
        each.append(google("", *words))
    found = reading({"results": each})
    assert [(label, text) for label, text, *_ in turns(found)] == [
        ("Speaker 1", "a b"), ("Speaker 2", "c d")
    ]  # fmt: skip
    assert "google_repeated" in told(found)
    assert reported(found) == []


def test_google_leaves_out_a_start_of_nought_in_the_last_result_too():
    first = {"word": "so", "endTime": "0.500s"}
    results = [google("so", first), google("", {**first, "speakerTag": 1})]
    assert turns(reading({"results": results})) == [("Speaker 1", "so", 0, 500)]


def test_google_times_are_seconds_and_nanos_and_leave_out_what_is_nought():
    words = [
        {"word": "So", "startTime": {}, "endTime": {"nanos": 500000000}},
        {
            "word": "now",
            "startTime": {"seconds": "12", "nanos": 900000000},
            "endTime": {"seconds": 13},
        },
    ]
    assert turns(reading({"results": [google("So now", *words)]})) == [("", "So now", 0, 13000)]
    first = [{"word": "So", "endOffset": "0.5s"}, {"word": "now", "endOffset": "1s"}]
    assert turns(reading({"results": [google("So now", *first)]})) == [("", "So now", 0, 1000)]


def test_google_jobs_wrap_their_results():
    file = {"gs://bucket/secret.wav": {"uri": "gs://x", "transcript": {"results": PLAIN}}}
    inline = {"gs://bucket/secret.wav": {"inlineResult": {"transcript": {"results": PLAIN}}}}
    for value in (
        {"done": True, "response": {"results": PLAIN}},
        {"results": file},
        {"response": {"results": file}},
        {"response": {"results": inline}},
    ):
        found = reading(value)
        assert len(found.turns) == 2
        assert "secret" not in repr(found)


def test_google_channels_are_speakers():
    found = reading({"results": [{**each, "channelTag": n} for n, each in enumerate(PLAIN, 1)]})
    assert found.speakers == {"channel 1": 1, "channel 2": 1}


# IBM


def ibm(text, *stamps):
    return {"final": True, "alternatives": [{"transcript": text, "timestamps": list(stamps)}]}


SPOKEN = [ibm("so you left ", ["so", 0.1, 0.2], ["you", 0.3, 0.5]), ibm("yes ", ["yes", 2, 2.5])]
SPOKEN[0]["alternatives"][0]["timestamps"].append(["left", 0.6, 1])


def test_ibm_words_are_grouped_by_speaker():
    labels = [
        {"from": at, "to": at, "speaker": speaker}
        for at, speaker in ((0.1, 0), (0.3, 0), (0.6, 1), (2, 1))
    ]
    expected = [("Speaker 0", "so you", 100, 500), ("Speaker 1", "left yes", 600, 2500)]
    flat = {"results": SPOKEN, "result_index": 0, "speaker_labels": labels}
    found = reading(flat)
    assert (found.format, turns(found)) == ("ibm-json", expected)
    assert set(told(found)) == {"turns_from_words"}
    assert turns(reading({"results": [flat], "status": "completed"})) == expected
    assert turns(reading([flat])) == expected


def test_ibm_results_are_turns_where_nobody_is_named():
    assert turns(reading({"results": SPOKEN})) == [
        ("", "so you left", 100, 1000),
        ("", "yes", 2000, 2500),
    ]
    untimed = {"final": True, "alternatives": [{"transcript": "yes "}]}
    assert turns(reading({"results": [untimed]})) == [("", "yes", None, None)]
    odd = reading({"results": [ibm("yes no", ["yes"], "no", [], ["no", 1, 2, 3])]})
    assert turns(odd) == [("", "yes no", 1000, 2000)]


# Speechmatics


def test_ibm_results_that_are_not_final_are_reported_where_others_follow():
    interim = {**ibm("so how", ["so", 1, 1.2], ["how", 1.2, 1.5]), "final": False}
    final = ibm("so how is it", ["so", 1, 1.2], ["how", 1.2, 1.5], ["is", 1.5, 1.6], ["it", 1.6, 2])
    found = reading({"results": [interim, final]})
    assert [text for _, text, *_ in turns(found)] == ["so how is it"]
    assert reported(found) == [(1, "so how", "said again, as final")]
    assert [text for _, text, *_ in turns(reading({"results": [interim]}))] == ["so how"]


def spoken(text, start, end, speaker="S1", kind="word", **more):
    best = {"content": text, "speaker": speaker}
    return {"type": kind, "start_time": start, "end_time": end, "alternatives": [best], **more}


def test_speechmatics_words_and_punctuation():
    mark = {"kind": "punctuation"}
    found = reading(
        {
            "format": "2.9",
            "metadata": {"language_pack_info": {"word_delimiter": " "}},
            "results": [
                spoken("No", 2.04, 2.31),
                spoken(",", 2.31, 2.31, "UU", attaches_to="previous", **mark),
                spoken("never", 3.18, 3.39),
                spoken("“", 4, 4, "S2", attaches_to="next", **mark),
                spoken("Why", 4, 5, "S2"),
            ],
            "summary": {"content": "- Never"},
        }
    )
    assert (found.format, found.cues) == ("speechmatics-json", None)
    assert turns(found) == [("S1", "No, never", 2040, 3390), ("S2", "“Why", 4000, 5000)]
    assert told(found)["json_left_out"] == {"parts": "a summary"}


def test_speechmatics_punctuation_that_does_not_say_is_attached_to_the_word_before():
    words = [spoken("so", 1, 2, "S1"), spoken(".", 2, 2, "S2", kind="punctuation")]
    assert turns(reading({"results": words})) == [("S1", "so.", 1000, 2000)]


def test_speechmatics_that_attaches_to_what_is_no_word_is_read_all_the_same():
    odd = spoken(",", 2, 2, "S1", kind="punctuation", attaches_to=["previous"])
    assert turns(reading({"results": [spoken("No", 1, 2), odd]})) == [("S1", "No ,", 1000, 2000)]


def test_speechmatics_without_spaces_and_with_channels():
    pack = {"language_pack_info": {"word_delimiter": ""}}
    found = reading({"metadata": pack, "results": [spoken("無", 0, 1), spoken("理", 1, 2)]})
    assert turns(found) == [("S1", "無理", 0, 2000)]
    both = [
        spoken("a", 1, 2, None, channel="one"),
        spoken("b", 5, 6, None, channel="one"),
        spoken("c", 3, 4, None, channel="two"),
    ]
    assert [(t.label, t.text) for t in reading({"results": both}).turns] == [
        ("one", "a"),
        ("two", "c"),
        ("one", "b"),
    ]


def test_the_first_speechmatics_has_speakers_as_spans_of_time():
    def first(name, time, duration):
        return {"name": name, "time": time, "duration": duration}

    found = reading(
        {
            "format": "1.0",
            "speakers": [
                first("F4", "13.05", "2"),
                first("M2", "16.00", "3"),
                first("M3", "x", "1"),
            ],
            "words": [
                first("Uh", "1.00", "0.18"),
                first("There", "13.05", "0.18"),
                first(".", "15.50", "0"),
                first("Hm", "16.00", "x"),
                first("no", None, "1"),
            ],
        }
    )
    assert turns(found) == [
        ("", "Uh", 1000, 1180),
        ("F4", "There.", 13050, 15500),
        ("M2", "Hm", 16000, None),
        ("", "no", None, None),
    ]


# Trint


def value(text, time, paragraph, speaker=None, **more):
    return {
        "value": text,
        "time": time,
        "duration": 300,
        "paragraphId": paragraph,
        "speaker": speaker,
        **more,
    }


def test_trint_paragraphs_are_turns_and_struck_words_are_reported():
    words = [
        value("I", 3050, "p0"),
        value("uh", 3380, "p0", strikethrough=True),
        value("left.", 4290, "p0"),
        value("When?", 5000, "p1", "s1"),
        value("Today?", 6000, "p2", "s1"),
        value("Yes.", 7000, "p3"),
    ]
    rest = {
        "speakers": {"s1": {"name": "Anna"}, "s2": "Ben"},
        "paragraphs": {"p3": {"speaker": "s2"}},
    }
    expected = [
        ("", "I left.", 3050, 4590),
        ("Anna", "When?", 5000, 5300),
        ("Anna", "Today?", 6000, 6300),
        ("Ben", "Yes.", 7000, 7300),
    ]
    found = reading({"title": "x", "words": words, **rest})
    assert (found.format, found.cues, turns(found)) == ("trint-json", None, expected)
    assert reported(found) == [(1, "uh", "struck out")]
    listed = {**rest, "speakers": [{"id": "s1", "name": "Anna"}, {"id": "s2", "name": "Ben"}]}
    assert turns(reading({"transcript": {"words": words, **listed}})) == expected


def test_trint_words_without_time_are_told_of():
    found = reading({"words": [value("Hm.", None, "p0", 2)]})
    assert turns(found) == [("Speaker 2", "Hm.", None, None)]
    assert told(found)["times_unread"] == {"count": 1}


# oTranscribe


def stamp(seconds, shown="0:00"):
    return (
        f'<span class="timestamp" contenteditable="false" data-timestamp="{seconds}">{shown}</span>'
    )


def otr(text, name="a.otr"):
    return reading({"text": text, "media": "talk.mp3", "media-time": 12.5}, name)


def test_otranscribe_times_begin_turns_or_stand_within():
    found = otr(
        f"<p>{stamp(0.56)} <b>Anna</b>: so &amp; so {stamp(2, '0:02')}more<br />and on</p>"
        f"<p>Ben: {stamp(3.5)}why?</p><p>{stamp(4)}{stamp(5)}Anna: (sigh)</p><p>(both laugh)</p>"
        f"<div>{stamp(6)}</div><p>Ben: well</p><p>{stamp(7)}then</p>"
    )
    assert (found.format, found.cues) == ("otranscribe", None)
    assert turns(found) == [
        ("Anna", "so & so more and on", 560, None),
        ("Ben", "why?", 3500, None),
        ("Anna", "(sigh)", 5000, None),
        ("Ben", "well then", 6000, None),
    ]
    assert [ms for _, ms in found.anchors] == [2000, 3500, 4000, 6000, 7000]
    assert [each.ms for each in found.stamps] == [2000, 7000]
    assert [note.text for note in found.notes] == ["(sigh)", "(both laugh)"]


def test_otranscribe_without_labels_makes_a_turn_of_each_paragraph():
    found = otr(f"<p>{stamp(1)} one {stamp(2.5)}<br /></p><p>two</p>three {stamp(4)[:-7]}")
    assert turns(found) == [
        ("", "one", 1000, 2500),
        ("", "two", None, None),
        ("", "three", None, None),
    ]
    assert found.anchors == ((3, 4000),)


def test_otranscribe_reports_what_stands_before_the_first_speaker():
    said = "<p>Anna: hm</p><p>Ben: hm</p>"
    found = otr(f"<p>{stamp(1, '0:01')}Our talk</p>{said}{said}")
    assert reported(found) == [(1, "0:01 Our talk", "stands before the first speaker")]
    assert found.first_ms is None


def test_otranscribe_is_known_without_its_suffix():
    assert otr("<p>hm, well</p>", "a.json").format == "otranscribe"
    marked = reading({"text": f"{stamp(1)}hm, well", "media": "x"})
    assert marked.format == "otranscribe"
    with pytest.raises(CoderError, match="transcript_other_format"):
        reading({"text": "hm, well", "media": "x"})
