"""What speech recognisers write as JSON, each in its own shape. The words are invented."""

import json
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.transcripts import to_json
from coder.transcripts.reading import read
from coder.transcripts.source import Options


def reading(value, name="session.json", **options):
    return read(Path(name), json.dumps(value).encode(), Options(**options))


def turns(found):
    return [(turn.label, turn.text, turn.start_ms, turn.end_ms) for turn in found.turns]


def told(found):
    return {notice.key: dict(notice.where) for notice in found.warnings}


def reported(found):
    return [(each.line, each.text, each.why) for each in found.reported]


def word(text, start, end, **more):
    return {"word": text, "start": start, "end": end, **more}


# Whisper and its kin


def segment(text, start, end, **more):
    return {"start": start, "end": end, "text": text, **more}


def test_whisper_segments_are_cues_and_turns():
    found = reading(
        {
            "text": " You are late. Am I?",
            "segments": [segment(" You are late.", 43.81, 47.85), segment(" Am I?", 48.35, 54.57)],
            "language": "en",
        }
    )
    assert (found.format, found.cues) == ("whisper-json", 2)
    assert turns(found) == [("", "You are late.", 43810, 47850), ("", "Am I?", 48350, 54570)]
    assert set(told(found)) == {"no_speakers"}


def test_a_bare_list_of_segments_is_whisper_too():
    found = reading([segment("Hm.", 0, 1), segment("Yes.", 1, "0:02.5")])
    assert turns(found) == [("", "Hm.", 0, 1000), ("", "Yes.", 1000, 2500)]


def test_a_segment_without_words_counts_as_a_cue_and_is_reported():
    found = reading({"segments": [segment("Hm.", 0, 1), segment(" ", 1, 2)]})
    assert (found.cues, found.last_ms) == (2, 2000)
    assert reported(found) == [(2, "", "segment without words")]


def test_a_file_of_silence_holds_no_timed_block():
    with pytest.raises(CoderError, match="transcript_no_cues"):
        reading({"text": "", "segments": [], "language": "en"})


def test_words_alone_are_one_turn():
    found = reading({"text": "I see.", "words": [word("I", 0.5, 0.6), word("see.", 0.7, 1)]})
    assert found.format == "whisper-json"
    assert turns(found) == [("", "I see.", 500, 1000)]


def test_whisper_timestamped_is_known_by_its_words():
    words = [{"text": "Hm.", "start": 0.1, "end": 0.2, "confidence": 0.9}]
    found = reading({"segments": [segment(" Hm.", 0.12, 0.2, words=words)]})
    assert found.format == "whisper-timestamped-json"
    assert turns(found) == [("", "Hm.", 120, 200)]


def test_whisperx_gives_speakers_to_segments():
    found = reading(
        {
            "segments": [
                segment(" Tell me.", 1, 2, speaker="SPEAKER_00"),
                segment(" No.", 3, 4, speaker="SPEAKER_01"),
                segment(" Hm.", 5, 6),
            ]
        }
    )
    assert found.format == "whisperx-json"
    assert found.speakers == {"SPEAKER_00": 1, "SPEAKER_01": 1, "": 1}


def test_whisperx_without_speakers_is_known_by_its_list_of_words():
    found = reading({"segments": [segment("Hm.", 0, 1)], "word_segments": []})
    assert found.format == "whisperx-json"


def test_a_segment_that_crosses_speakers_is_cut_at_its_words():
    words = [
        word("I", 1.1, 1.2, speaker="SPEAKER_00"),
        word("waited.", 1.2, 1.9, speaker="SPEAKER_00"),
        {"word": "2"},
        word("hours?", 2.4, 3, speaker="SPEAKER_01"),
        {"word": "Yes."},
    ]
    crossing = segment(" I waited. 2 hours? Yes.", 1, 4, speaker="SPEAKER_00", words=words)
    found = reading({"segments": [crossing]})
    assert found.cues == 1
    assert turns(found) == [
        ("SPEAKER_00", "I waited. 2", 1000, 1900),
        ("SPEAKER_01", "hours? Yes.", 2400, 4000),
    ]
    assert told(found)["segments_cut"] == {"count": 1}


@pytest.mark.parametrize("text", ["I waited long. Did you?", "Different altogether", "I Did you"])
def test_a_segment_whose_words_are_not_its_text_stays_whole(text):
    words = [word("I", 1, 2, speaker="A"), word("Did", 2, 3, speaker="B")]
    found = reading({"segments": [segment(text, 1, 4, speaker="A", words=words)]})
    assert turns(found) == [("A", text, 1000, 4000)]
    assert told(found)["segments_uncut"] == {"count": 1}


def test_words_that_agree_leave_the_speaker_to_the_segment():
    words = [word("Hm.", 1, 2, speaker="B")]
    both = [segment("Hm.", 1, 2, speaker="A", words=words), segment("Hm.", 2, 3, words=words)]
    assert reading({"segments": both}).speakers == {"A": 1, "B": 1}


@pytest.mark.parametrize("mark", ["<|speakerturn|>", "[SPEAKER_TURN]", "[SPEAKER TURN]"])
def test_a_marked_change_of_speakers_makes_two_turns_with_one_time(mark):
    found = reading(
        {
            "text": f" You left.{mark} I did. Hm.",
            "segments": [
                segment(f" You left.{mark} I did.", 0, 3, before_speaker_turn=True),
                segment(" Hm.", 3, 4),
            ],
        }
    )
    assert found.cues == 2
    assert turns(found) == [
        ("", "You left.", 0, 3000),
        ("", "I did.", 0, 3000),
        ("", "Hm.", 3000, 4000),
    ]
    assert reported(found) == [(1, mark, "mark of a change of speakers")]
    assert told(found) == {"speaker_changes": {"count": 1}, "no_speakers": {}}


def test_whisper_cpp_has_times_in_ms_or_with_a_comma():
    found = reading(
        {
            "result": {"language": "en"},
            "transcription": [
                {
                    "timestamps": {"from": "00:00:01,500", "to": "00:00:02,000"},
                    "offsets": {"from": 1500, "to": 2000},
                    "text": " Sit down.",
                    "speaker": "0",
                    "speaker_turn_next": True,
                },
                {"timestamps": {"from": "00:01:01,500", "to": "00:01:02,250"}, "text": " Thanks."},
            ],
        }
    )
    assert (found.format, found.cues) == ("whispercpp-json", 2)
    assert turns(found) == [("0", "Sit down.", 1500, 2000), ("", "Thanks.", 61500, 62250)]
    assert told(found) == {"speaker_changes": {"count": 1}}


def test_what_whisper_writes_over_silence_is_kept_and_flagged():
    lines = ["Go on.", *["I do not know."] * 3, "Thanks for watching!", "Hm.", "Hm.", "Hm."]
    found = reading({"segments": [segment(line, n, n + 1) for n, line in enumerate(lines)]})
    assert len(found.turns) == 8
    assert told(found)["likely_made_up"] == {"count": 4, "first": 2}


# Deepgram


def test_hugging_face_chunks_have_their_two_times_in_a_list():
    chunks = [
        {"timestamp": [0.5, 3.2], "text": " You are late."},
        {"timestamp": [3.5, None], "text": " Am I?"},
        {"timestamp": "x", "text": " Yes, you are."},
    ]
    found = reading({"text": " You are late. Am I? Yes, you are.", "chunks": chunks})
    assert (found.format, found.cues) == ("whisper-json", 3)
    assert turns(found) == [
        ("", "You are late.", 500, 3200),
        ("", "Am I?", 3500, None),
        ("", "Yes, you are.", None, None),
    ]
    named = [{"speaker": f"SPEAKER_0{n}", **each} for n, each in enumerate(chunks)]
    found = reading({"text": "", "chunks": chunks, "speakers": named})
    assert (found.format, list(found.speakers)) == (
        "whisperx-json", ["SPEAKER_00", "SPEAKER_01", "SPEAKER_02"],
    )  # fmt: skip
    words = [{"timestamp": [n, n + 0.5], "text": f" {text}"} for n, text in enumerate("abcd")]
    assert turns(reading({"text": "", "chunks": words})) == [("", "a b c d", 0, 3500)]
    with pytest.raises(CoderError, match="transcript_other_format"):
        reading({"text": "", "chunks": [{"timestamp": 1, "text": "a"}]})


def test_whole_numbers_are_milliseconds_where_seconds_would_be_too_slow():
    found = reading({"segments": [segment("You are late.", 1200, 3900, speaker="A")]})
    assert turns(found) == [("A", "You are late.", 1200, 3900)]
    assert "json_times_ms" in told(found)
    slow = reading({"segments": [segment("You are late.", 10, 40), segment("so", 40.5, 60)]})
    assert turns(slow)[0][2:] == (10_000, 40_000)
    assert "json_times_ms" not in told(slow)


def deepgram(*channels, **results):
    return {"metadata": {}, "results": {"channels": list(channels), **results}}


def heard(*words, **more):
    whole = " ".join(each.get("punctuated_word", each["word"]) for each in words)
    return {"alternatives": [{"transcript": whole, "words": list(words), **more}]}


def test_deepgram_utterances_are_turns():
    said = [word("well", 0.08, 0.3), word("yes", 2, 3)]
    found = reading(
        deepgram(
            heard(*said),
            utterances=[
                {"start": 0.08, "end": 0.32, "channel": 0, "transcript": "Well", "speaker": 0},
                {"start": 2, "end": 25.439999, "channel": 0, "transcript": "yes", "speaker": 1},
            ],
        )
    )
    assert (found.format, found.cues) == ("deepgram-json", None)
    assert turns(found) == [("Speaker 0", "Well", 80, 320), ("Speaker 1", "yes", 2000, 25440)]
    assert told(found) == {"turns_from": {"what": "utterances"}}


def test_deepgram_words_are_grouped_by_speaker():
    found = reading(
        deepgram(
            heard(
                word("and", 3, 3.5, speaker=0, punctuated_word="And"),
                word("you", 4, 4.5, speaker=0, punctuated_word="you?"),
                word("me", 5, 5.5, speaker=1, punctuated_word="Me."),
            )
        )
    )
    assert turns(found) == [("Speaker 0", "And you?", 3000, 4500), ("Speaker 1", "Me.", 5000, 5500)]
    assert set(told(found)) == {"turns_from_words"}


def test_deepgram_without_speakers_falls_back_on_paragraphs_then_on_one_turn():
    said = [word("I", 1, 2), word("came.", 2, 3)]
    sentences = [{"text": "I", "start": 1, "end": 2}, {"text": "came.", "start": 2, "end": 3}]
    paragraphs = {"paragraphs": [{"sentences": sentences, "start": 1, "end": 3}]}
    found = reading(deepgram(heard(*said, paragraphs=paragraphs)))
    assert turns(found) == [("", "I came.", 1000, 3000)]
    assert told(found)["turns_from"] == {"what": "paragraphs"}
    assert turns(reading(deepgram(heard(*said)))) == [("", "I came.", 1000, 3000)]
    bare = reading(deepgram({"alternatives": [{"transcript": "I came."}]}))
    assert turns(bare) == [("", "I came.", None, None)]


def test_deepgram_channels_are_speakers():
    found = reading(deepgram(heard(word("a", 1, 2), word("b", 4, 5)), heard(word("c", 2, 3))))
    assert [(turn.label, turn.text) for turn in found.turns] == [
        ("channel 0", "a"),
        ("channel 1", "c"),
        ("channel 0", "b"),
    ]
    shared = reading(
        deepgram(
            heard(word("a", 1, 2, speaker=0), word("b", 4, 5, speaker=1)), heard(word("c", 2, 3))
        )
    )
    assert set(shared.speakers) == {"channel 0, Speaker 0", "channel 1", "channel 0, Speaker 1"}


def test_deepgram_utterances_of_channels_name_them():
    utterances = [
        {"start": n, "end": n + 1, "channel": [n, 2], "transcript": "hm"} for n in range(2)
    ]
    found = reading({"results": {"utterances": utterances}})
    assert found.speakers == {"channel 0": 1, "channel 1": 1}


def test_deepgram_utterances_may_be_saved_as_a_list():
    found = reading([{"transcript": "Hm.", "start": 0.5, "end": 1, "speaker": 0, "channel": 0}])
    assert (found.format, turns(found)) == ("deepgram-json", [("Speaker 0", "Hm.", 500, 1000)])


def test_other_guesses_and_summaries_are_told_of_once():
    value = deepgram(heard(word("a", 1, 2)), summary={"result": "success", "short": "One letter."})
    value["results"]["channels"][0]["alternatives"].append({"transcript": "eh"})
    found = reading(value)
    assert told(found)["json_left_out"] == {"parts": "other guesses at the words (1), a summary"}


# AssemblyAI


def test_assemblyai_counts_in_milliseconds():
    found = reading(
        {
            "id": "1",
            "audio_url": "https://example.org/a?Signature=SECRET",
            "text": "Yes. No.",
            "words": [],
            "utterances": [
                {"speaker": "A", "text": "Yes.", "start": 170, "end": 900},
                {"speaker": "B", "text": "No.", "start": 1000, "end": 25140},
            ],
            "chapters": [{"headline": "Yes or no"}],
            "iab_categories_result": {"status": "unavailable", "results": [], "summary": {}},
        }
    )
    assert (found.format, found.cues) == ("assemblyai-json", None)
    assert turns(found) == [("A", "Yes.", 170, 900), ("B", "No.", 1000, 25140)]
    assert told(found)["json_left_out"] == {"parts": "chapters"}
    assert "SECRET" not in repr(found)
    assert "SECRET" not in json.dumps(to_json(found))


def test_assemblyai_without_utterances_groups_words_by_speaker():
    said = [
        {"text": text, "start": n, "end": n + 1, "speaker": speaker}
        for n, (text, speaker) in enumerate([("So,", "A"), ("late?", "A"), ("Yes.", "B")])
    ]
    found = reading(
        {"audio_duration": 1, "text": "So, late? Yes", "words": said, "utterances": None}
    )
    assert turns(found) == [("A", "So, late?", 0, 2), ("B", "Yes.", 2, 3)]
    assert set(told(found)) == {"turns_from_words"}


def test_what_assemblyai_says_may_be_saved_as_a_list_of_utterances_or_words():
    rows = [
        {"text": "You are late.", "start": 1200, "end": 3900, "confidence": 0.9, "speaker": "A"},
        {"text": "Am I?", "start": 4100, "end": 4900, "confidence": 0.9, "speaker": "B"},
    ]
    for value in (rows, {"segments": rows}):
        found = reading(value)
        assert found.format == "assemblyai-json"
        assert turns(found) == [("A", "You are late.", 1200, 3900), ("B", "Am I?", 4100, 4900)]
    words = [
        {"text": text, "start": at, "end": at + 200, "confidence": 0.9, "speaker": who}
        for at, (who, text) in enumerate([("A", "You"), ("A", "are"), ("B", "Am")], 1200)
    ]
    assert turns(reading(words)) == [("A", "You are", 1200, 1401), ("B", "Am", 1202, 1402)]


def test_assemblyai_channels_are_speakers_where_none_are_named():
    said = [{"text": text, "start": n, "end": n, "channel": text} for n, text in enumerate("12")]
    found = reading({"audio_url": "", "text": "12", "words": said, "utterances": None})
    assert found.speakers == {"channel 1": 1, "channel 2": 1}


def test_assemblyai_gives_paragraphs_and_text_alone_too():
    paragraphs = [{"text": "Good.", "start": 5, "end": 9, "confidence": 1}]
    assert turns(reading({"id": "1", "paragraphs": paragraphs})) == [("", "Good.", 5, 9)]
    bare = reading({"audio_url": "", "text": "Good.", "words": None})
    assert turns(bare) == [("", "Good.", None, None)]


def test_utterances_in_seconds_are_not_read_as_milliseconds():
    with pytest.raises(CoderError, match="transcript_other_format"):
        reading({"utterances": [{"text": "Good.", "start": 0.5, "end": 2.25}]})


def test_a_text_that_is_not_that_of_the_turns_is_told_of():
    said = [{"text": "Good.", "start": 5, "end": 9}]
    found = reading({"audio_url": "", "text": "Good day.", "words": said})
    assert "json_text_differs" in told(found)


def test_a_job_that_is_not_done_holds_nothing():
    with pytest.raises(CoderError, match="transcript_empty"):
        reading({"audio_url": "", "status": "queued", "text": None, "words": None})


# Rev.ai


def test_rev_monologues_are_turns():
    elements = [
        {"type": "text", "value": "Come", "ts": 0.5, "end_ts": 1.5},
        {"type": "punct", "value": " "},
        {"type": "text", "value": "in", "ts": 1.75, "end_ts": 2.85},
        {"type": "punct", "value": "."},
    ]
    plain = [{"type": "text", "value": value} for value in ("Thank", "you")]
    timed = [{"type": "text", "value": "Sit.", "timestamp": "00:00:05,250", "end_timestamp": "x"}]
    found = reading(
        {
            "speakers": [{"id": 2, "name": "Anna"}],
            "monologues": [
                {"speaker": 1, "elements": elements},
                {"speaker": 2, "elements": plain},
                {"speaker": {"id": "x", "name": "Ben"}, "elements": timed},
            ],
        }
    )
    assert found.format == "revai-json"
    assert turns(found) == [
        ("Speaker 1", "Come in.", 500, 2850),
        ("Anna", "Thank you", None, None),
        ("Ben", "Sit.", 5250, None),
    ]
    assert told(found)["times_unread"] == {"count": 1}


# Azure


def test_rev_writes_punctuation_without_a_space_before_it_and_names_speakers_beside():
    def spoken(*values, **more):
        kinds = [("text" if value.isalpha() else "punct", value) for value in values]
        return {"elements": [{"type": kind, "value": value} for kind, value in kinds], **more}

    info = {"id": "0", "display_name": "Dr. Lee"}
    said = [
        spoken("How", " ", "so", "?", speaker=0, speaker_info=info),
        spoken("Yeah", ".", speaker=1),
    ]
    assert turns(reading({"monologues": said})) == [
        ("Dr. Lee", "How so?", None, None),
        ("Speaker 1", "Yeah.", None, None),
    ]
    assert turns(reading({"monologues": said[1:]}))[0][1] == "Yeah."


@pytest.mark.parametrize(
    "value", [{"results": []}, {"monologues": []}, {"results": [], "format": "2.9", "metadata": {}}]
)
def test_what_holds_nothing_is_said_to_hold_nothing(value):
    with pytest.raises(CoderError, match="transcript_empty"):
        reading(value)


def phrase(display, channel=0, **more):
    return {"channel": channel, "nBest": [{"display": display, "lexical": "x"}], **more}


def test_azure_counts_in_ticks_or_in_iso_durations():
    found = reading(
        {
            "source": "https://example.org/a.wav?sig=SECRET",
            "combinedRecognizedPhrases": [{"channel": 0, "display": "Good. So?"}],
            "recognizedPhrases": [
                phrase("Good.", speaker=1, offsetInTicks=700000.0, durationInTicks=15900000.0),
                phrase("So?", speaker=2, offset="PT10M29.52S", duration="PT1S"),
                {"recognitionStatus": "Failure", "channel": 0, "nBest": []},
            ],
        }
    )
    assert (found.format, found.cues) == ("azure-json", None)
    assert turns(found) == [("Speaker 1", "Good.", 70, 1660), ("Speaker 2", "So?", 629520, 630520)]
    assert reported(found) == [(3, "", "utterance without words")]
    assert set(told(found)) == {"turns_from"}
    assert "SECRET" not in repr(found)


def test_azure_channels_are_speakers_laid_over_one_another():
    phrases = [
        phrase("Good.", offset="PT1S"),
        phrase("So?", offset="PT5S"),
        phrase("Hm.", 1, offset="PT3S"),
    ]
    found = reading({"recognizedPhrases": phrases})
    assert [(turn.label, turn.text) for turn in found.turns] == [
        ("channel 0", "Good."),
        ("channel 1", "Hm."),
        ("channel 0", "So?"),
    ]


def test_older_and_faster_azure():
    older = reading(
        {
            "AudioFileResults": [
                {
                    "CombinedResults": [{"Display": "Good."}],
                    "SegmentResults": [
                        {
                            "ChannelNumber": None,
                            "SpeakerId": 3,
                            "OffsetInSeconds": 0.63,
                            "Duration": 10000000,
                            "NBest": [{"Display": "Good."}, {"Display": "God."}],
                        }
                    ],
                }
            ]
        }
    )
    assert turns(older) == [("Speaker 3", "Good.", 630, 1630)]
    assert "json_left_out" in told(older)
    faster = reading(
        {
            "combinedPhrases": [{"text": "Good."}],
            "phrases": [{"offset": 80, "duration": 600, "text": "Good.", "speaker": 1}],
        }
    )
    assert turns(faster) == [("Speaker 1", "Good.", 80, 680)]


def test_azure_without_phrases_holds_nothing():
    with pytest.raises(CoderError, match="transcript_empty"):
        reading({"source": "x", "recognizedPhrases": []})
