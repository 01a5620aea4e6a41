"""Nothing vanishes: turns, notes, times and the report together hold every word of the file."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import CoderError
from coder.transcripts.clocks import alone
from coder.transcripts.reading import read

word = st.text("abcdefghijXYZéß12345()[]….,?!'’-:#*_“”", min_size=1, max_size=8)
spoken = st.lists(word, min_size=1, max_size=8).map(" ".join)
odd = st.sampled_from(
    [
        "",
        "181",
        "188",
        "55:00",
        "[00:55:10]",
        "(sigh)",
        "Silence….",
        "----",
        "# Heading",
        "Session 2 – End",
        "(Silence",
        "NOTE x",
        "Note: this",
        "c) d",
    ]
)


def letters(text):
    return sorted(char for char in text if char.isalnum())


def kept(reading, source):
    """Join what a reading holds; a note within a turn is held by the turn."""
    lines = source.split("\n")
    pieces = [turn.text for turn in reading.turns]
    pieces += [note.text for note in reading.notes if note.turn is None]
    pieces += [each.text for each in reading.reported]
    anchors = {line for line, _ in reading.anchors}
    # A time that no words follow is the end of the turn above it.
    ends = {turn.end_ms for turn in reading.turns if turn.end_ms is not None}
    anchors |= {n for n, line in enumerate(lines, 1) if alone(line) in ends}
    pieces += [lines[line - 1] for line in anchors]
    return "".join(pieces)


def reading_of(source, name):
    """Read bytes or text as a file; a refusal is returned."""
    data = source if isinstance(source, bytes) else source.encode()
    try:
        return read(Path(name), data)
    except CoderError as fault:
        return fault


label = st.sampled_from(["T: ", " C: ", "T:", "**C:** ", "“T: "])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(label, spoken) | st.tuples(st.just(""), spoken | odd), max_size=25))
def test_no_word_of_a_text_is_lost(rows):
    rows = [("T: ", "begin"), ("C: ", "begin"), *rows]
    source = "\n".join(before + words for before, words in rows)
    reading = reading_of(source, "a.txt")
    gone = letters(source)
    labels = "".join(turn.label for turn in reading.turns)
    for char in letters(kept(reading, source) + labels):
        gone.remove(char)
    assert gone == []
    assert [turn.n for turn in reading.turns] == list(range(1, len(reading.turns) + 1))
    lines = [turn.line for turn in reading.turns]
    assert lines == sorted(lines)


safe = st.text("abcdefghijXYZéß().,?!'’-", min_size=1, max_size=8)
line = st.lists(safe, min_size=1, max_size=5).map(" ".join)
times = st.tuples(st.integers(0, 3_599_999), st.integers(0, 3_599_999))
voice = st.sampled_from(["", "<v T>", "<v C>", "<i>", "<c.red>", "<00:00:01.000>"])
block = st.tuples(
    times,
    st.lists(st.tuples(voice, line), max_size=4),
    st.sampled_from(["", "NOTE extra\n\n", "stray words\n\n"]),
)


def stamp(ms, mark):
    return f"{ms // 60_000:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"


@settings(max_examples=300, deadline=None)
@given(st.lists(block, min_size=1, max_size=12), st.booleans())
def test_no_word_and_no_cue_of_a_webvtt_file_is_lost(blocks, header):
    source, said = ("WEBVTT\n\n" if header else ""), ""
    for (start, end), rows, after in blocks:
        source += f"{stamp(start, '.')} --> {stamp(end, '.')}\n"
        source += "".join(f"{tag}{words}\n" for tag, words in rows) + "\n" + after
        said += "".join(words for _, words in rows) + after
    reading = reading_of(source, "a.vtt")
    if isinstance(reading, CoderError):
        assert reading.key == "transcript_no_words"
        assert not any(rows for _, rows, _ in blocks)
        return
    assert letters(kept(reading, source)) == letters(said)
    assert reading.cues == len(blocks)
    empty = sum(each.why == "cue without words" for each in reading.reported)
    assert empty == sum(not rows for _, rows, _ in blocks)
    given_times = {times for times, _, _ in blocks}
    assert all((turn.start_ms, turn.end_ms) in given_times for turn in reading.turns)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(times, st.lists(line, min_size=1, max_size=3), st.booleans(), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_no_word_of_an_srt_file_is_lost(blocks):
    source, said = "", ""
    for number, ((start, end), rows, numbered, gap) in enumerate(blocks, 1):
        source += f"{number}\n" if numbered else ""
        source += (
            f"00:{stamp(start, ',')} --> 00:{stamp(end, ',')}\n"
            + "\n".join(rows)
            + ("\n\n" if gap else "\n")
        )
        said += "".join(rows)
    reading = reading_of(source, "a.srt")
    assert reading.cues == len(blocks)
    numbers = sorted("".join(turn.text for turn in reading.turns))
    assert [char for char in numbers if char.isalpha()] == [
        char for char in letters(said) if char.isalpha()
    ]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.vtt", "a.srt", "a.docx"]))
def test_any_bytes_give_a_reading_or_a_plain_error(data, name):
    reading = reading_of(data, name)
    if isinstance(reading, CoderError):
        assert reading.where["path"].endswith(name)
    else:
        assert reading.turns
