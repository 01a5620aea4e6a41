"""No word of a text is lost, whatever styles are mixed in it; and any text is read or refused."""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import CoderError
from coder.transcripts import reading as readings
from coder.transcripts.source import Options

CLOCK = st.builds(
    "{}:{:02}:{:02}".format, st.integers(0, 9), st.integers(0, 59), st.integers(0, 59)
)
STAMP = st.one_of(
    st.builds("[{}]".format, CLOCK),
    st.builds("#{}-4#".format, CLOCK),
    st.builds("({})".format, CLOCK),
    st.builds("[{}.12]".format, CLOCK),
    st.builds("[{}:12]".format, CLOCK),
    st.builds("¤<{}>".format, st.integers(0, 9_999_999)),
    CLOCK,
)
WORDS = st.lists(
    st.sampled_from(
        ["well", "I", "see", "that", "(sigh)", "so.", "and,", "Yes?", "“no”", "[both", "laugh]",
         "(.)", "été", "—", "…", "* x", "_so_", "//S02:", "hm//", "1", "12", "Anna", "a\u200fb"]
    ),
    min_size=1,
    max_size=7,
).map(" ".join)  # fmt: skip
LABEL = st.sampled_from(
    ["T: ", "C: ", "**Bibi:** ", "Bibi:\n", "- T: ", "“C: ", "T (softly): ", "Anna Berg  ", "Anna Berg  \n",
     "[T] ", "SPEAKER_01\t", "anna: ", "Note: ", "Anna Berg\n", "T：", ""]
)  # fmt: skip
ODD = st.sampled_from(
    ["", "", "182", "- 183 -", "Silence….", "(Both\nwrite)", "Bibi does not respond.", "----", "# Part",
     "Transcript", "Attendees", "1 Names are invented.", "A JOURNAL OF WORK 7", "A JOURNAL OF WORK 8",
     "Transcribed by https://example.org", "\x0cA JOURNAL OF WORK 9", "End of session"]
)  # fmt: skip


@st.composite
def line(draw):
    """A line of any style: a time before, behind or between, a label, words."""
    if draw(st.integers(0, 3)) == 0:
        return draw(ODD | STAMP)
    before, label, between = draw(st.just("") | STAMP), draw(LABEL), draw(st.just("") | STAMP)
    words, middle = draw(WORDS), draw(st.just("") | STAMP)
    behind = draw(st.just("") | STAMP)
    return f"{before} {label}{between} {words} {middle} and {words} {behind}".strip()


TIME = re.compile(r"[\[(#]?\d:\d\d:\d\d(?:-4|[.:]12|\.\d{3})?[\])#]?|¤?<\d+>")
NAMES = re.compile(r"(?:T|C|Bibi|Anna Berg|SPEAKER_01|anna|Note|\[T\])")


def letters(text):
    """The letters of a text without its times and what may be a label."""
    return sorted(char for char in NAMES.sub("", TIME.sub(" ", text)) if char.isalpha())


def read(text, options):
    """Read a text; a refusal is returned."""
    try:
        return readings.read(Path("a.txt"), text.encode(), options)
    except CoderError as fault:
        return fault


@settings(max_examples=400, deadline=None)
@given(st.lists(line(), max_size=20), st.booleans(), st.sampled_from([None, 25.0, 29.97]))
def test_no_word_is_lost(lines, margin, rate):
    lines = ["T: begin", "C: begin", "T: begin", "C: begin", *lines]
    text = "\n".join(lines)
    if margin:
        text = "\n".join(f"{n:>3} {each}" for n, each in enumerate(text.split("\n"), 1))
    options = Options(format="text", frame_rate=rate)
    reading = read(text, options)
    if isinstance(reading, CoderError):
        assert reading.key == "transcript_prose"
        return
    kept = [turn.text for turn in reading.turns]
    kept += [note.text for note in reading.notes if note.turn is None]
    kept += [each.text for each in reading.reported]
    assert letters(" ".join(kept)) == letters(text)
    assert [turn.n for turn in reading.turns] == list(range(1, len(reading.turns) + 1))
    numbers = [turn.line for turn in reading.turns]
    assert numbers == sorted(numbers)
    for stamp in reading.stamps:
        assert 0 <= stamp.begin <= len(reading.turns[stamp.turn - 1].text)


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(codec="utf-8"), max_size=300)
    | st.lists(line(), max_size=9).map("\n".join)
)
def test_any_text_is_read_or_refused(text):
    reading = read(text, Options(format="text"))
    if isinstance(reading, CoderError):
        assert reading.where["path"] == "a.txt"
    else:
        assert reading.turns
        assert all(turn.start_ms is None or turn.start_ms >= 0 for turn in reading.turns)
