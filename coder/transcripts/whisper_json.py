"""The JSON of Whisper and its kin: timed segments, with or without speakers and words."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from coder.errors import Notice
from coder.transcripts import data
from coder.transcripts.cloud_words import Word, differing, turns, unread, utterance
from coder.transcripts.events import Event, Kind, Read
from coder.transcripts.source import Source

_Segment = Mapping[str, Any]
_Time = Callable[[object], int | None]
_Piece = tuple[str, str, int | None, int | None]

_CHANGE = re.compile(r"<\|speakerturn\|>|\[SPEAKER[ _]TURN\]", re.IGNORECASE)
_WITHOUT_WORDS = "segment without words"
# What Whisper writes over silence, having learnt from captions.
_FROM_CAPTIONS = re.compile(
    r"(?:thank you|thanks)(?: so much| very much)? for watching"
    r"|(?:please )?(?:like and )?subscribe(?: to .{1,40})?"
    r"|(?:subtitles|captions|transcri(?:bed|ption)) by .{1,60}"
    r"|untertitel (?:der|im auftrag|von) .{1,60}",
    re.IGNORECASE,
)
_ENOUGH = 3  # words of a line, and times it is repeated, before the repetition is odd


def _segments(root: object) -> list[_Segment]:
    """The segments of OpenAI's shape, at the root or under ``segments``."""
    return data.rows(data.record(root).get("segments") if isinstance(root, dict) else root)


def _is_segment(segment: _Segment) -> bool:
    return isinstance(segment.get("text"), str) and {"start", "end"} <= segment.keys()


def _cpp(root: object) -> list[_Segment]:
    """The segments of whisper.cpp, whose times stand in a record of their own."""
    found = data.rows(data.record(root).get("transcription"))
    return found if found and {"offsets", "timestamps"} & found[0].keys() else []


def _kind(source: Source) -> str:
    """Tell whose JSON it is; empty when it is none of this kin."""
    root = data.parsed(source)
    if _cpp(root):
        return "whispercpp-json"
    segments = _segments(root)
    if not segments:
        record = data.record(root)
        if _chunks(record):
            return "whisperx-json" if data.rows(record.get("speakers")) else "whisper-json"
        empty = record.get("segments") == [] and {"text", "language"} <= record.keys()
        return "whisper-json" if empty or _bare(record) else ""
    if not any(_is_segment(segment) for segment in segments[:_ENOUGH]):
        return ""
    if "confidence" in segments[0] and data.counts_ms(segments):
        return ""  # AssemblyAI’s
    words = next((each for each in map(_words, segments) if each), [])
    if any("speaker" in each for each in itertools.chain(segments, words)):
        return "whisperx-json"
    if "word_segments" in data.record(root):
        return "whisperx-json"
    if words and "text" in words[0]:
        return "whisper-timestamped-json"
    return "whisper-json"


def _bare(record: Mapping[str, Any]) -> list[_Segment]:
    """The words of a file of OpenAI that was asked for words alone."""
    if "segments" in record or "utterances" in record or not isinstance(record.get("text"), str):
        return []
    words = data.rows(record.get("words"))
    return words if words and {"word", "start", "end"} <= words[0].keys() else []


def _chunks(record: Mapping[str, Any]) -> list[_Segment]:
    """The segments of Hugging Face, whose two times stand in a list; those with speakers first."""
    if not isinstance(record.get("text"), str):
        return []
    for key in ("speakers", "chunks"):
        found = data.rows(record.get(key))
        if found and isinstance(found[0].get("timestamp"), list) and "text" in found[0]:
            return [_from_chunk(each) for each in found]
    return []


def _from_chunk(chunk: _Segment) -> _Segment:
    times = chunk.get("timestamp")
    start, end = [*(times if isinstance(times, list) else ()), None, None][:2]
    return {**chunk, "start": start, "end": end}


def _words(segment: _Segment) -> list[_Segment]:
    return data.rows(segment.get("words"))


def _word(word: _Segment) -> str:
    return data.said(word.get("word", word.get("text")))


def _read_segments(source: Source) -> Read:
    """Read segments as turns; one that crosses from speaker to speaker is cut where they change."""
    root = data.parsed(source)
    record = data.record(root)
    segments = _segments(root) or _chunks(record)
    bare = [] if _segments(root) else _bare(record) or _single(segments)
    if bare:
        events = turns(
            Word(
                _word(word),
                data.label(word.get("speaker")),
                data.seconds(word["start"]),
                data.seconds(word["end"]),
            )
            for word in bare
        )
        return Read(tuple(events), warnings=(Notice("turns_from_words"),))
    time, unit = _unit(segments)
    found = _read([(each, time(each.get("start")), time(each.get("end"))) for each in segments])
    whole = _CHANGE.sub("", data.said(record.get("text")))
    told = (*found.warnings, *unit, *differing(whole, found.events))
    return Read(found.events, found.cues, told, found.spans)


def _single(chunks: Sequence[_Segment]) -> Sequence[_Segment]:
    """Take chunks for words where none holds more than one."""
    alone = all(len(_word(each).split()) < 2 for each in chunks)  # noqa: PLR2004 - one word
    return chunks if alone and len(chunks) > _ENOUGH else []


def _unit(segments: Sequence[_Segment]) -> tuple[_Time, list[Notice]]:
    """Tell seconds from ms, which only whole numbers can be."""
    if data.counts_ms(segments):
        return data.milliseconds, [Notice("json_times_ms")]
    return data.seconds, []


def _read_cpp(source: Source) -> Read:
    """Read what whisper.cpp writes: ms, or the same times as text with a comma."""
    timed = []
    for segment in _cpp(data.parsed(source)):
        offsets, stamps = (data.record(segment.get(key)) for key in ("offsets", "timestamps"))
        start, end = (
            data.seconds(stamps.get(key)) if ms is None else ms
            for key, ms in ((key, data.milliseconds(offsets.get(key))) for key in ("from", "to"))
        )
        timed.append((segment, start, end))
    return _read(timed)


def _read(timed: Sequence[tuple[_Segment, int | None, int | None]]) -> Read:
    events: list[Event] = []
    cut = uncut = changes = 0
    for n, (segment, start, end) in enumerate(timed, 1):
        text = data.said(segment.get("text"))
        marks = [found[0] for found in _CHANGE.finditer(text)]
        pieces = _by_speaker(segment, text, start, end) if not marks else _by_mark(text, start, end)
        own = data.label(segment.get("speaker"))
        if pieces is None:
            uncut += 1
            pieces = [(own, text, start, end)]
        made = [
            utterance(n, piece, label or own, begin, stop)
            for label, piece, begin, stop in pieces
            if piece
        ]
        events += made or [utterance(n, "", "", start, end, why=_WITHOUT_WORDS)]
        events += [Event(Kind.NOISE, n, mark, why="mark of a change of speakers") for mark in marks]
        cut += not marks and len(made) > 1
        changes += bool(marks) or segment.get("speaker_turn_next") is True
    spans = tuple((start, end) for _, start, end in timed if start is not None)
    warnings = [*unread(events), *_told(cut, uncut, changes), *_made_up(events)]
    return Read(tuple(events), len(timed), tuple(warnings), spans)


def _told(cut: int, uncut: int, changes: int) -> Iterator[Notice]:
    if cut:
        yield Notice("segments_cut", {"count": cut})
    if uncut:
        yield Notice("segments_uncut", {"count": uncut})
    if changes:
        yield Notice("speaker_changes", {"count": changes})


def _by_mark(text: str, start: int | None, end: int | None) -> list[_Piece]:
    """Cut a segment at its marks of a change of speakers; who speaks is not said."""
    return [("", piece.strip(), start, end) for piece in _CHANGE.split(text)]


def _by_speaker(
    segment: _Segment, text: str, start: int | None, end: int | None
) -> list[_Piece] | None:
    """Cut a segment where its words change speakers; None when the words are not its text.

    A word without a speaker goes on with the one before. A piece begins at the first time its
    words have, and the segment's own times hold for its two ends.
    """
    words = _spoken(segment)
    if len({speaker for speaker, _ in words}) <= 1:
        label = data.label(segment.get("speaker"))
        return [(label or (words[0][0] if words else ""), text, start, end)]
    pieces: list[tuple[str, int, list[_Segment]]] = []
    at = 0
    for speaker, word in words:
        here = text.find(_word(word), at)
        if here < 0 or text[at:here].strip():
            return None
        if not pieces or pieces[-1][0] != speaker:
            pieces.append((speaker, here, []))
        pieces[-1][2].append(word)
        at = here + len(_word(word))
    if text[at:].strip():
        return None
    return list(_timed(pieces, text, start, end))


def _spoken(segment: _Segment) -> list[tuple[str, _Segment]]:
    """The words of a segment with who says them."""
    words = _words(segment)
    own = next((label for word in words if (label := data.label(word.get("speaker")))), "")
    speaker = own or data.label(segment.get("speaker"))
    spoken = []
    for word in words:
        speaker = data.label(word.get("speaker")) or speaker
        spoken.append((speaker, word))
    return spoken


def _timed(
    pieces: Sequence[tuple[str, int, Sequence[_Segment]]],
    text: str,
    start: int | None,
    end: int | None,
) -> Iterator[_Piece]:
    stops = [*(at for _, at, _ in pieces[1:]), len(text)]
    for n, ((speaker, at, words), stop) in enumerate(zip(pieces, stops, strict=True)):
        starts = [ms for word in words if (ms := data.seconds(word.get("start"))) is not None]
        ends = [ms for word in words if (ms := data.seconds(word.get("end"))) is not None]
        begin = start if n == 0 else next(iter(starts), None)
        close = end if n == len(pieces) - 1 else next(reversed(ends), None)
        yield speaker, text[at:stop].strip(), begin, close


def _made_up(events: Sequence[Event]) -> list[Notice]:
    """Count the lines that Whisper is known to write when nobody speaks; they are kept."""
    odd: list[int] = []
    for text, run in itertools.groupby(
        (event for event in events if event.kind is Kind.TURN), key=lambda event: event.text
    ):
        lines = [event.line for event in run]
        repeated = len(lines) >= _ENOUGH <= len(text.split())
        if repeated or _FROM_CAPTIONS.fullmatch(text.strip(" .!…")):
            odd += lines
    return [Notice("likely_made_up", {"count": len(odd), "first": odd[0]})] if odd else []


def _is(name: str) -> Callable[[Source], bool]:
    return lambda source: _kind(source) == name


FORMATS = (
    data.format_of("whisperx-json", "JSON of WhisperX", _is("whisperx-json"), _read_segments),
    data.format_of(
        "whisper-timestamped-json",
        "JSON of whisper-timestamped",
        _is("whisper-timestamped-json"),
        _read_segments,
    ),
    data.format_of("whispercpp-json", "JSON of whisper.cpp", _is("whispercpp-json"), _read_cpp),
    data.format_of("whisper-json", "JSON of Whisper", _is("whisper-json"), _read_segments),
)
