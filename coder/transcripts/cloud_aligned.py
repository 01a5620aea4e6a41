"""Cloud recognisers whose JSON gives words, and speakers apart from them or word by word."""

import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from coder.errors import Notice
from coder.transcripts import data
from coder.transcripts.cloud_words import (
    Word,
    channel_labels,
    differing,
    left_out,
    merged,
    of_utterances,
    of_words,
    turns,
    unread,
    utterance,
)
from coder.transcripts.events import Event, Kind, Read
from coder.transcripts.source import Source

_Record = Mapping[str, Any]


def _root(source: Source) -> _Record:
    return data.record(data.parsed(source))


def _others(found: Sequence[_Record]) -> int:
    """Count the guesses at the words after the first."""
    return sum(len(data.rows(each.get("alternatives"))[1:]) for each in found)


def _best(record: _Record) -> _Record:
    return next(iter(data.rows(record.get("alternatives"))), {})


# AWS


def _knows_aws(source: Source) -> bool:
    results = data.record(_root(source).get("results"))
    return isinstance(results.get("items"), list) or (
        isinstance(results.get("transcripts"), list) and "channel_labels" in results
    )


def _read_aws(source: Source) -> Read:
    """Read AWS: its audio segments, else its items by speaker or channel."""
    results = data.record(_root(source)["results"])
    whole = " ".join(
        data.said(each.get("transcript")) for each in data.rows(results.get("transcripts"))
    )
    items = data.rows(results.get("items"))
    told = left_out(results, others=_others(items))
    segments = data.rows(results.get("audio_segments"))
    events = [
        utterance(
            n,
            data.said(each.get("transcript")),
            _aws_label(each) or "",
            data.seconds(each.get("start_time")),
            data.seconds(each.get("end_time")),
        )
        for n, each in enumerate(segments, 1)
    ]
    if events and not differing(whole, events):
        return of_utterances(events, "audio segments", *unread(events), *told)
    events = turns(_aws_words(results, items))
    if not events and whole:
        events = [utterance(1, whole, "", None, None)]
    return of_words(events, *differing(whole, events), *told)


def _aws_label(record: _Record) -> str | None:
    for key in ("speaker_label", "channel_label"):
        if isinstance(record.get(key), str):
            return data.said(record[key])
    return None


def _aws_words(results: _Record, items: Sequence[_Record]) -> list[Word]:
    channels = data.rows(data.record(results.get("channel_labels")).get("channels"))
    if channels and not any(_aws_label(item) for item in items):
        return merged(
            [
                _aws_word(item, data.said(each.get("channel_label")))
                for item in data.rows(each.get("items"))
            ]
            for each in channels
        )
    by_time = _aws_speakers(data.record(results.get("speaker_labels")))
    return [_aws_word(item, _aws_label(item) or by_time(item)) for item in items]


def _aws_word(item: _Record, label: str | None) -> Word:
    mark = item.get("type") == "punctuation"
    return Word(
        data.said(_best(item).get("content")),
        None if mark and not label else label,
        data.seconds(item.get("start_time")),
        data.seconds(item.get("end_time")),
        glued=mark,
    )


def _aws_speakers(labels: _Record) -> Callable[[_Record], str]:
    """Tell who says an item: by its own time, else by the segment it begins in."""
    segments = data.rows(labels.get("segments"))
    own = {
        data.seconds(item.get("start_time")): data.label(
            item.get("speaker_label", segment.get("speaker_label"))
        )
        for segment in segments
        for item in data.rows(segment.get("items"))
    }
    spans = sorted(
        (start, end, data.label(segment.get("speaker_label")))
        for segment in segments
        if (start := data.seconds(segment.get("start_time"))) is not None
        and (end := data.seconds(segment.get("end_time"))) is not None
    )
    starts = [start for start, _, _ in spans]

    def speaker(item: _Record) -> str:
        at = data.seconds(item.get("start_time"))
        if at is None or at in own:
            return own.get(at, "") if at is not None else ""
        n = bisect.bisect_right(starts, at) - 1
        return spans[n][2] if n >= 0 and at < spans[n][1] else ""

    return speaker


# Google


def _google_results(source: Source) -> list[_Record]:
    """The results of Google, also inside the record of a finished job."""
    root = _root(source)
    for _ in range(4):  # a job's response, its files, a file, its transcript
        inner = next((root[key] for key in _WRAPPED if isinstance(root.get(key), dict)), None)
        if inner is None:
            break
        root = inner
        files = [each for each in root.values() if _wraps(each)]
        root = files[0] if len(files) == 1 and "results" not in root else root
    return data.rows(root.get("results"))


_WRAPPED = ("response", "inlineResult", "inline_result", "transcript", "results")


def _wraps(value: object) -> bool:
    return bool({"transcript", "inlineResult", "inline_result"} & data.record(value).keys())


def _knows_google(source: Source) -> bool:
    if _root(source).get("results") == []:
        return True
    for each in _google_results(source):
        best = _best(each)
        if best:
            return "transcript" in best or "words" in best
    return False


def _either(record: _Record, *keys: str) -> object:
    return next((record[key] for key in keys if key in record), None)


def _google_time(value: object) -> int | None:
    return 0 if value == {} else data.seconds(value)  # what is nought is left out


def _google_words(result: _Record, *, first: bool) -> list[Word]:
    """Read the words of a result; the first of all may lack its start, which is then nought."""
    words = []
    for n, word in enumerate(data.rows(_best(result).get("words"))):
        start = _either(word, "startTime", "startOffset", "start_time", "start_offset")
        end = _google_time(_either(word, "endTime", "endOffset", "end_time", "end_offset"))
        if start is None and end is not None and first and n == 0:
            start = {}
        words.append(
            Word(data.said(word.get("word")), _google_label(word), _google_time(start), end)
        )
    return words


def _google_label(word: _Record) -> str:
    """Label a word by its tag; 0 is none."""
    tag = _either(word, "speakerLabel", "speaker_label", "speakerTag", "speaker_tag")
    return data.label(tag) if tag else ""


def _read_google(source: Source) -> Read:
    """Read Google: the words by speaker, which stand in the last result alone, else the results."""
    results = _google_results(source)
    told = left_out(others=_others(results))
    words = [_google_words(each, first=n == 0) for n, each in enumerate(results)]
    tagged = [n for n, each in enumerate(words) if any(word.label for word in each)]
    if not tagged:
        events = _google_turns(results, words)
        return of_utterances(events, "results", *told)
    last = _google_words(results[-1], first=True)
    worded = all(
        each or not _best(result).get("transcript")
        for each, result in zip(words, results, strict=True)
    )
    if worded and _holds_all(last, words[:-1]):
        return of_words(turns(last), Notice("google_repeated"), *told)
    if _repeats(words, tagged):
        before = results[: tagged[0]]
        whole = "".join(data.said(_best(each).get("transcript")) for each in before)
        events = turns(last)
        again = [Notice("google_repeated")] if before else []
        return of_words([*events, *_untagged(before, whole, events)], *again, *told)
    return of_words(turns(word for each in words for word in each), *told)


def _holds_all(last: Sequence[Word], before: Sequence[Sequence[Word]]) -> bool:
    """Tell whether the last result has each word of those before, at the same time."""
    earlier = {(word.start_ms, word.text) for each in before for word in each}
    timed = all(start is not None for start, _ in earlier)
    return bool(earlier) and timed and earlier <= {(word.start_ms, word.text) for word in last}


def _repeats(words: Sequence[Sequence[Word]], tagged: Sequence[int]) -> bool:
    """Tell whether the last result alone names speakers, and says again what those before said."""
    last = len(words) - 1
    earlier = sum(len(each) for each in words[:last])
    return list(tagged) == [last] and 2 * len(words[last]) >= earlier


def _untagged(before: Sequence[_Record], whole: str, events: Sequence[Event]) -> list[Event]:
    """Report the results before the last where they are not the words of the last."""
    if not differing(whole, events):
        return []
    return [
        Event(Kind.NOISE, n, text, why="said again with speakers, in other words")
        for n, each in enumerate(before, 1)
        if (text := data.said(_best(each).get("transcript")))
    ]


def _google_turns(results: Sequence[_Record], words: Sequence[Sequence[Word]]) -> list[Event]:
    """Make a turn of each result; one that gives no words begins at no known time."""
    channels = [data.key(_either(each, "channelTag", "channel_tag") or "") for each in results]
    labels = channel_labels(
        [(data.said(each), "") for each in channels], several=len(set(channels)) > 1
    )
    events = []
    for n, (result, spoken, label) in enumerate(zip(results, words, labels, strict=True), 1):
        made = turns(spoken)
        text = data.said(_best(result).get("transcript"))
        start, end = (made[0].start_ms, made[-1].end_ms) if made else (None, None)
        text = text or " ".join(each.text for each in made)
        events.append(utterance(n, text, label, start, end, why="result without words"))
    return events


# IBM


def _ibm_blocks(source: Source) -> list[_Record]:
    """The records of IBM: the root, or what stands under ``results`` or in a list."""
    root = data.parsed(source)
    blocks = data.rows(root) if isinstance(root, list) else [data.record(root)]
    return [
        inner
        for block in blocks
        for inner in (
            [each for each in data.rows(block.get("results")) if "results" in each] or [block]
        )
    ]


def _timestamps(result: _Record) -> Iterator[tuple[str, object, object]]:
    """Give each word with its times, or the whole result where no words are given."""
    best = _best(result)
    found = best.get("timestamps")
    if not isinstance(found, list):
        yield data.said(best.get("transcript")), None, None
        return
    for each in found:
        if isinstance(each, list) and each:
            text, start, end = [*each, None, None][:3]
            yield data.said(text), start, end


def _knows_ibm(source: Source) -> bool:
    return any(
        "timestamps" in _best(each) or {"final", "alternatives"} <= each.keys()
        for block in _ibm_blocks(source)
        for each in data.rows(block.get("results"))[:1]
    )


def _read_ibm(source: Source) -> Read:
    """Read IBM Watson: words by speaker, or without speakers one turn a result."""
    blocks = _ibm_blocks(source)
    found = [each for block in blocks for each in data.rows(block.get("results"))]
    # What is heard while somebody speaks is said again, and better, by the next result.
    results = [each for each in found if each.get("final") is not False or each is found[-1]]
    passed = [
        Event(Kind.NOISE, n, data.said(_best(each).get("transcript")), why="said again, as final")
        for n, each in enumerate(found, 1)
        if each.get("final") is False and each is not found[-1]
    ]
    labels = {
        data.seconds(each.get("from")): data.label(each.get("speaker"))
        for block in blocks
        for each in data.rows(block.get("speaker_labels"))
    }
    told = left_out(others=_others(results))
    whole = "".join(data.said(_best(each).get("transcript")) for each in results)
    words = [
        Word(
            text,
            labels.get(data.seconds(start), ""),
            data.seconds(start),
            data.seconds(end),
            group=None if labels else n,
        )
        for n, each in enumerate(results)
        for text, start, end in _timestamps(each)
    ]
    events = turns(words)
    if labels:
        return of_words([*events, *passed], *differing(whole, events), *told)
    return of_utterances([*events, *passed], "results", *differing(whole, events), *told)


# Speechmatics


def _knows_speechmatics(source: Source) -> bool:
    root = _root(source)
    if _is_first_speechmatics(root):
        return True
    found = data.rows(root.get("results"))
    if root.get("results") == [] and {"format", "metadata"} <= root.keys():
        return True
    return bool(found) and {"type", "alternatives"} <= found[0].keys()


def _is_first_speechmatics(root: _Record) -> bool:
    words = data.rows(root.get("words"))
    return bool(words) and {"name", "time", "duration"} <= words[0].keys()


def _read_speechmatics(source: Source) -> Read:
    """Read Speechmatics, both versions: words by speaker."""
    root = _root(source)
    if _is_first_speechmatics(root):
        return of_words(turns(_first_speechmatics(root)), *left_out(root))
    results = data.rows(root.get("results"))
    pack = data.record(data.record(root.get("metadata")).get("language_pack_info"))
    spaceless = pack.get("word_delimiter") == ""
    channels = [data.said(each.get("channel")) for each in results]
    labels = _speechmatics_labels(results, channels)
    words: dict[str, list[Word]] = {}
    for each, label, channel in zip(results, labels, channels, strict=True):
        side = _speechmatics_side(each)
        word = Word(
            data.said(_best(each).get("content")),
            label,
            data.seconds(each.get("start_time")),
            data.seconds(each.get("end_time")),
            glued=spaceless or side in ("previous", "both"),
            gluing=side in ("next", "both"),
        )
        words.setdefault(channel, []).append(word)
    return of_words(turns(merged(words.values())), *left_out(root, others=_others(results)))


def _speechmatics_side(result: _Record) -> object:
    """Tell what punctuation is attached to; older files do not say."""
    mark = result.get("type") == "punctuation"
    return result.get("attaches_to", "previous" if mark else None)


def _speechmatics_labels(results: Sequence[_Record], channels: Sequence[str]) -> list[str | None]:
    """Label words; punctuation goes on with the speaker before, channels stand for speakers."""
    speakers = [data.label(_best(each).get("speaker")) for each in results]
    several = len(set(channels)) > 1
    if several:
        return list(speakers if any(speakers) else channels)
    return [
        None if _speechmatics_side(each) == "previous" else speaker
        for each, speaker in zip(results, speakers, strict=True)
    ]


def _first_speechmatics(root: _Record) -> Iterator[Word]:
    """Read the first version: speakers are spans of time, punctuation is a word of its own."""
    speakers = sorted(
        (at, data.label(each.get("name")))
        for each in data.rows(root.get("speakers"))
        if (at := data.seconds(each.get("time"))) is not None
    )
    starts = [at for at, _ in speakers]
    for word in data.rows(root.get("words")):
        text = data.said(word.get("name"))
        at, length = data.seconds(word.get("time")), data.seconds(word.get("duration"))
        mark = not any(each.isalnum() for each in text)
        n = -1 if at is None else bisect.bisect_right(starts, at) - 1
        label = speakers[n][1] if n >= 0 else ""
        end = None if at is None or length is None else at + length
        yield Word(text, None if mark else label, at, end, glued=mark)


# Trint


def _trint(source: Source) -> _Record:
    root = _root(source)
    return data.record(root["transcript"]) if isinstance(root.get("transcript"), dict) else root


def _knows_trint(source: Source) -> bool:
    words = data.rows(_trint(source).get("words"))
    return bool(words) and {"value", "time", "duration"} <= words[0].keys()


def _read_trint(source: Source) -> Read:
    """Read Trint, in ms: each paragraph is a turn; words that were struck out are reported."""
    root = _trint(source)
    names = _trint_names(root.get("speakers"))
    paragraphs = data.record(root.get("paragraphs"))
    words: list[Word] = []
    struck: list[Event] = []
    order: dict[str, int] = {}
    for each in data.rows(root.get("words")):
        text, group = data.said(each.get("value")), data.key(each.get("paragraphId"))
        n = order.setdefault(group, len(order) + 1)
        if each.get("strikethrough") is True:
            struck.append(Event(Kind.NOISE, n, text, why="struck out"))
            text = ""
        speaker = each.get("speaker")
        if speaker is None:
            speaker = data.record(paragraphs.get(group)).get("speaker")
        at, length = data.milliseconds(each.get("time")), data.milliseconds(each.get("duration"))
        end = None if at is None or length is None else at + length
        label = names.get(data.key(speaker)) or data.label(speaker)
        words.append(Word(text, label, at, end, group=group))
    events = turns(words)
    return of_utterances([*events, *struck], "paragraphs", *unread(events), *left_out(root))


def _trint_names(speakers: object) -> dict[str, str]:
    """The names of speakers by their ids, from an object or a list."""
    if isinstance(speakers, dict):
        return {
            key: data.said(data.record(each).get("name")) or data.said(each)
            for key, each in speakers.items()
        }
    return {data.key(each.get("id")): data.said(each.get("name")) for each in data.rows(speakers)}


FORMATS = (
    data.format_of("aws-json", "JSON of AWS Transcribe", _knows_aws, _read_aws),
    data.format_of("ibm-json", "JSON of IBM Watson", _knows_ibm, _read_ibm),
    data.format_of(
        "speechmatics-json", "JSON of Speechmatics", _knows_speechmatics, _read_speechmatics
    ),
    data.format_of("google-json", "JSON of Google", _knows_google, _read_google),
    data.format_of("trint-json", "JSON of Trint", _knows_trint, _read_trint),
)
