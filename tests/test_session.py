"""Times on the session clock, names, and turns that are only an encouraging “Mmm”."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import CoderError
from coder.session import (
    ParticipantId,
    Session,
    SessionId,
    format_clock,
    is_backchannel,
    is_name,
    new_id,
    parse_clock,
)
from coder.settings import BACKCHANNELS


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("0", 0),
        ("75", 75_000),
        ("1.5", 1500),
        (" 12.345 ", 12_345),
        ("0:05", 5000),
        ("55:00", 3_300_000),
        ("90:00", 5_400_000),
        ("999:59", 59_999_000),
        ("1:03:30", 3_810_000),
        ("1:03:30.5", 3_810_500),
        ("1:03:30,25", 3_810_250),
        ("0:00.007", 7),
        ("123:00:00", 442_800_000),
    ],
)
def test_a_time_is_read_as_milliseconds(text, ms):
    assert parse_clock(text) == ms


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "1:5",
        "0:60",
        "1:60:00",
        "1:2:3:4",
        "-5",
        "1e3",
        "5:00.1234",
        "1000:00",
        "9" * 400,
        "1:00\n2",
    ],
)
def test_what_is_no_time_is_refused_by_name(text):
    with pytest.raises(CoderError) as fault:
        parse_clock(text)
    assert (fault.value.key, fault.value.where) == ("not_a_time", {"text": text.strip()})


@pytest.mark.parametrize(
    ("ms", "text", "tenths"),
    [
        (0, "0:00", "0:00.0"),
        (59_999, "0:59", "0:59.9"),
        (60_000, "1:00", "1:00.0"),
        (3_300_000, "55:00", "55:00.0"),
        (3_810_450, "1:03:30", "1:03:30.4"),
        (36_000_000, "10:00:00", "10:00:00.0"),
        (-1500, "-0:01", "-0:01.5"),
    ],
)
def test_a_time_is_written_as_the_form_writes_it(ms, text, tenths):
    assert format_clock(ms) == text
    assert format_clock(ms, tenths=True) == tenths


@settings(deadline=None)
@given(st.integers(0, 359_999))
def test_a_time_that_was_written_reads_back_to_the_second(second):
    assert parse_clock(format_clock(second * 1000)) == second * 1000


@pytest.mark.parametrize("name", ["P3", "3", "Zoë", "a" * 100, "P 3", "नाम"])
def test_a_name_may_hold_any_letters(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", "   ", "a" * 101, "a\nb", "a\x00", "tab\t", "a\u2028b", "\ud800", "\x85"]
)
def test_a_name_holds_nothing_that_cannot_be_seen(name):
    assert not is_name(name)


def test_a_session_is_addressed_by_participant_and_number():
    session = Session(SessionId("s"), ParticipantId("p"), "P3", "2")
    assert session.address == "P3/2"


def test_no_two_identifiers_are_alike():
    assert len({new_id() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "text",
    [
        "Mmm", "mm", "Hmmmmm…", "Mm-hmm.", "Uh huh", "Yeah, right.", "OK", "okay okay", "Yes.",
        "I see.", "Mmm (sighs)", "[laughs] yeah", "Oh, I see, right", "YEAH!",
    ],
)  # fmt: skip
def test_a_turn_of_encouraging_sounds_alone_is_a_backchannel(text):
    assert is_backchannel(text, BACKCHANNELS)


@pytest.mark.parametrize(
    "text",
    [
        "Yeah, but I hate it", "No", "I", "See?", "Right, so what?", "fine", "mother", "Yes I can",
        "hm no", "The right one", "I saw",
    ],
)  # fmt: skip
def test_one_other_word_makes_a_turn_substantive(text):
    assert not is_backchannel(text, BACKCHANNELS)


@pytest.mark.parametrize("text", ["", "…", "(Silence)", "[sighs] (looks away)", "  - "])
def test_silence_and_bare_notes_are_no_backchannels_for_they_may_be_evidence(text):
    assert not is_backchannel(text, BACKCHANNELS)


def test_the_list_of_backchannels_is_the_users_own():
    assert is_backchannel("Genau, ja", ("genau", "ja"))
    assert not is_backchannel("Mmm", ("genau", "ja", "", "…"))


def test_a_longer_phrase_is_tried_before_the_words_it_begins_with():
    assert is_backchannel("uh huh yes", ("uh", "uh huh", "yes"))
    assert not is_backchannel("uh huh", ("uh",))
