"""Cloud recognisers whose JSON says itself what belongs together: utterances, phrases, monologues.

Signed links to recordings that stand in such files are never looked at.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from coder.transcripts import cloud_aligned, cloud_otranscribe, data
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
from coder.transcripts.events import Event, Read
from coder.transcripts.source import Source

_Record = Mapping[str, Any]
_Time = Callable[[object], int | None]


def _spoken(
    found: Sequence[_Record], key: str, time: _Time, labels: Sequence[str] | None = None
) -> list[Event]:
    """Make turns of utterances whose words stand under a key, and whose times are read so."""
    labels = labels or [data.label(each.get("speaker")) for each in found]
    return [
        utterance(
            n, data.said(each.get(key)), label, time(each.get("start")), time(each.get("end"))
        )
        for n, (each, label) in enumerate(zip(found, labels, strict=True), 1)
    ]


# Deepgram


def _deepgram_results(source: Source) -> _Record:
    """The results of Deepgram; its utterances may be saved as a list."""
    root = data.parsed(source)
    return (
        {"utterances": root}
        if isinstance(root, list)
        else data.record(data.record(root).get("results"))
    )


def _knows_deepgram(source: Source) -> bool:
    results = _deepgram_results(source)
    channels = data.rows(results.get("channels"))
    if channels:
        return isinstance(channels[0].get("alternatives"), list)
    return any("transcript" in each for each in data.rows(results.get("utterances"))[:1])


def _read_deepgram(source: Source) -> Read:
    """Read Deepgram: its utterances, else its words by speaker, else its paragraphs."""
    results = _deepgram_results(source)
    channels = [data.rows(each.get("alternatives")) for each in data.rows(results.get("channels"))]
    best = [each[0] if each else {} for each in channels]
    told = left_out(results, others=sum(len(each[1:]) for each in channels))
    whole = "".join(data.said(each.get("transcript")) for each in best)
    utterances = data.rows(results.get("utterances"))
    if utterances:
        events = _deepgram_utterances(utterances, len(channels))
        return of_utterances(
            events, "utterances", *unread(events), *differing(whole, events), *told
        )
    words = [data.rows(each.get("words")) for each in best]
    paragraphs = [
        paragraph
        for each in best
        for paragraph in data.rows(data.record(each.get("paragraphs")).get("paragraphs"))
    ]
    if len(best) == 1 and paragraphs and not any("speaker" in word for word in words[0]):
        events = [_deepgram_paragraph(n, each) for n, each in enumerate(paragraphs, 1)]
        return of_utterances(
            events, "paragraphs", *unread(events), *differing(whole, events), *told
        )
    events = turns(_deepgram_words(words)) or _whole(whole)
    return of_words(events, *differing(whole, events), *told)


def _deepgram_utterances(utterances: Sequence[_Record], channels: int) -> list[Event]:
    pairs = [(_deepgram_channel(each), data.label(each.get("speaker"))) for each in utterances]
    several = channels > 1 or len({channel for channel, _ in pairs}) > 1
    labels = channel_labels(pairs, several=several)
    return _spoken(utterances, "transcript", data.seconds, labels)


def _deepgram_channel(utterance: _Record) -> str:
    channel = utterance.get("channel")
    return data.key(channel[0] if isinstance(channel, list) and channel else channel)


def _deepgram_words(channels: Sequence[Sequence[_Record]]) -> list[Word]:
    pairs = [
        (n, data.label(word.get("speaker"))) for n, words in enumerate(channels) for word in words
    ]
    labels = iter(channel_labels(pairs, several=len(channels) > 1))
    return merged(
        [
            Word(
                data.said(word.get("punctuated_word") or word.get("word")),
                next(labels),
                data.seconds(word.get("start")),
                data.seconds(word.get("end")),
            )
            for word in words
        ]
        for words in channels
    )


def _deepgram_paragraph(n: int, paragraph: _Record) -> Event:
    sentences = [data.said(each.get("text")) for each in data.rows(paragraph.get("sentences"))]
    return utterance(
        n,
        " ".join(each for each in sentences if each),
        data.label(paragraph.get("speaker")),
        data.seconds(paragraph.get("start")),
        data.seconds(paragraph.get("end")),
    )


def _whole(text: str) -> list[Event]:
    """Take the text that a file gives in one piece for a turn without time."""
    return [utterance(1, text, "", None, None)] if text else []


# AssemblyAI

_ASSEMBLY = frozenset({"audio_url", "audio_duration", "acoustic_model", "utterances"})
_PARTS = ("utterances", "paragraphs", "sentences")


def _knows_assembly(source: Source) -> bool:
    root = _assembly_root(source)
    if "results" in root:
        return False
    if {"text", "words"} <= root.keys() and root.keys() & _ASSEMBLY:
        return True
    found = next((data.rows(root.get(key)) for key in _PARTS if root.get(key)), [])
    # Others who speak of utterances count in seconds, which are no whole numbers.
    whole = bool(found) and all(isinstance(each.get("start"), int) for each in found)
    return whole and {"text", "start", "end"} <= found[0].keys()


def _assembly_root(source: Source) -> _Record:
    """The record of AssemblyAI; its words or utterances may be saved as a list, or as segments."""
    root = data.parsed(source)
    found = data.rows(data.record(root).get("segments") if isinstance(root, dict) else root)
    if not found:
        return data.record(root)
    if not ("confidence" in found[0] and data.counts_ms(found)):
        return {}
    single = all(len(data.said(each.get("text")).split()) < 2 for each in found)  # noqa: PLR2004 - one word
    return {"words" if single else "utterances": found, "text": "", "audio_url": ""}


def _read_assembly(source: Source) -> Read:
    """Read AssemblyAI, in ms: its utterances, else its words by speaker."""
    root = _assembly_root(source)
    whole, told = data.said(root.get("text")), left_out(root)
    for what in _PARTS:
        found = data.rows(root.get(what))
        if found:
            labels = _assembly_labels(found)
            events = _spoken(found, "text", data.milliseconds, labels)
            return of_utterances(events, what, *unread(events), *differing(whole, events), *told)
    words = data.rows(root.get("words"))
    labels = _assembly_labels(words)
    events = turns(
        Word(
            data.said(word.get("text")),
            label,
            data.milliseconds(word.get("start")),
            data.milliseconds(word.get("end")),
        )
        for word, label in zip(words, labels, strict=True)
    )
    events = events or _whole(whole)
    return of_words(events, *differing(whole, events), *told)


def _assembly_labels(found: Sequence[_Record]) -> list[str]:
    """Label by speaker; where there is none, by channel, if there are several."""
    labels = [data.label(each.get("speaker")) for each in found]
    channels = [data.said(data.key(each.get("channel") or "")) for each in found]
    if any(labels) or len(set(channels)) <= 1:
        return labels
    return channel_labels([(channel, "") for channel in channels], several=True)


# Rev.ai


def _knows_rev(source: Source) -> bool:
    written = data.record(data.parsed(source)).get("monologues")
    found = data.rows(written)
    return written == [] or (bool(found) and isinstance(found[0].get("elements"), list))


def _read_rev(source: Source) -> Read:
    """Read Rev and Rev.ai: each monologue is a turn."""
    root = data.record(data.parsed(source))
    names = {
        data.key(each.get("id")): data.said(each.get("name"))
        for each in data.rows(root.get("speakers"))
    }
    found = data.rows(root.get("monologues"))
    # The spaces between words are elements too, unless punctuation was not asked for.
    spaced = any(
        not value.strip() or " " in value for each in found for _, value in _elements(each)
    )
    events = [_monologue(n, each, names, spaced=spaced) for n, each in enumerate(found, 1)]
    return of_utterances(events, "monologues", *unread(events), *left_out(root))


def _elements(monologue: _Record) -> list[tuple[bool, str]]:
    """Give the words of a monologue, and whether each is punctuation."""
    return [
        (each.get("type") == "punct", value)
        for each in data.rows(monologue.get("elements"))
        if isinstance(value := each.get("value"), str)
    ]


def _monologue(n: int, monologue: _Record, names: Mapping[str, str], *, spaced: bool) -> Event:
    elements = data.rows(monologue.get("elements"))
    pieces = []
    after_word = False
    for mark, value in _elements(monologue):
        pieces.append(f" {value}" if not mark and (after_word or not spaced) else value)
        after_word = not mark
    starts = [data.seconds(each.get("ts", each.get("timestamp"))) for each in elements]
    ends = [data.seconds(each.get("end_ts", each.get("end_timestamp"))) for each in elements]
    speaker = monologue.get("speaker")
    own = data.record(speaker)
    info = data.record(monologue.get("speaker_info"))
    name = data.said(own.get("name")) or names.get(data.key(own.get("id", speaker)))
    name = name or data.said(info.get("display_name"))
    return utterance(
        n,
        data.said("".join(pieces)),
        name or data.label(own.get("id", speaker)),
        next((ms for ms in starts if ms is not None), None),
        next((ms for ms in reversed(ends) if ms is not None), None),
    )


# Azure

_STEREO = re.compile(r"\d{1,3}")


def _small(value: object) -> _Record:
    """An object with the first letters of its keys made small: older files have capitals."""
    return {key[:1].lower() + key[1:]: each for key, each in data.record(value).items()}


def _phrases(source: Source) -> list[_Record]:
    root = _small(data.parsed(source))
    if "audioFileResults" in root:
        files = [_small(each) for each in data.rows(root["audioFileResults"])]
        return [_small(each) for file in files for each in data.rows(file.get("segmentResults"))]
    if "combinedPhrases" in root:
        return [_in_ms(each) for each in data.rows(root.get("phrases"))]
    return [_small(each) for each in data.rows(root.get("recognizedPhrases"))]


def _in_ms(phrase: _Record) -> _Record:
    """A phrase of the fast transcription, whose bare numbers are ms."""
    times = {f"{key}Milliseconds": phrase.get(key) for key in ("offset", "duration")}
    rest = {key: each for key, each in phrase.items() if key not in {"offset", "duration"}}
    return {**times, **rest}


def _azure_whole(source: Source) -> str:
    """The text that Azure gives in one piece for each channel."""
    root = _small(data.parsed(source))
    found = [
        _small(each)
        for file in [root, *data.rows(root.get("audioFileResults"))]
        for key in ("combinedRecognizedPhrases", "combinedPhrases", "combinedResults")
        for each in data.rows(_small(file).get(key))
    ]
    return "".join(data.said(each.get("display", each.get("text"))) for each in found)


def _knows_azure(source: Source) -> bool:
    return bool(_phrases(source)) or isinstance(
        _small(data.parsed(source)).get("recognizedPhrases"), list
    )


def _read_azure(source: Source) -> Read:
    """Read Azure: each phrase is a turn; with several channels these are the speakers."""
    phrases = _phrases(source)
    best = [[_small(each) for each in data.rows(phrase.get("nBest"))] for phrase in phrases]
    pairs = [
        (_channel(phrase), _azure_speaker(phrase, guesses))
        for phrase, guesses in zip(phrases, best, strict=True)
    ]
    several = len({channel for channel, _ in pairs}) > 1
    labels = channel_labels(pairs, several=several)
    found = sorted(
        zip(phrases, best, labels, strict=True),
        key=lambda each: (_azure_start(each[0]) or 0) if several else 0,
    )
    events = [
        _phrase(n, phrase, guesses, label) for n, (phrase, guesses, label) in enumerate(found, 1)
    ]
    told = left_out(others=sum(len(guesses[1:]) for guesses in best))
    told += differing(_azure_whole(source), events)
    return of_utterances(events, "phrases", *unread(events), *told)


def _channel(phrase: _Record) -> str:
    written = data.key(phrase.get("channel", phrase.get("channelNumber", 0)))
    return written if _STEREO.fullmatch(written) else "0"


def _azure_speaker(phrase: _Record, guesses: Sequence[_Record]) -> str:
    inner = guesses[0].get("speaker") if guesses else None
    outer = phrase.get("speaker", phrase.get("speakerId"))
    return data.label(inner if outer is None else outer)


def _azure_start(phrase: _Record) -> int | None:
    return next(_azure_times(phrase, "offset"), None)


def _azure_times(phrase: _Record, what: str) -> Iterator[int]:
    """Read a time by each of the ways in which Azure writes it, the finest first. Yields ms."""
    written = phrase.get(what)
    for ms in (
        data.ticks(phrase.get(f"{what}InTicks")),
        data.milliseconds(phrase.get(f"{what}Milliseconds")),
        data.span(written),
        data.seconds(phrase.get(f"{what}InSeconds")),
        data.ticks(written),
    ):
        if ms is not None:
            yield ms


def _phrase(n: int, phrase: _Record, guesses: Sequence[_Record], label: str) -> Event:
    best = guesses[0] if guesses else phrase
    text = next(
        (data.said(best[key]) for key in ("display", "itn", "lexical") if best.get(key)), ""
    )
    start, length = _azure_start(phrase), next(_azure_times(phrase, "duration"), None)
    return utterance(
        n,
        text or data.said(phrase.get("text")),
        label,
        start,
        None if start is None or length is None else start + length,
    )


FORMATS = (
    data.format_of("deepgram-json", "JSON of Deepgram", _knows_deepgram, _read_deepgram),
    data.format_of("azure-json", "JSON of Azure", _knows_azure, _read_azure),
    data.format_of("revai-json", "JSON of Rev.ai", _knows_rev, _read_rev),
    *cloud_aligned.FORMATS,
    data.format_of("assemblyai-json", "JSON of AssemblyAI", _knows_assembly, _read_assembly),
    *cloud_otranscribe.FORMATS,
)
