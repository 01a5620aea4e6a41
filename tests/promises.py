"""What any reading of any file must keep to, and what of the file it holds."""

import json

from coder.transcripts import plain
from coder.transcripts.reading import Reading


def held(reading: Reading) -> str:
    """Join all that a reading holds of the file's words."""
    pieces = [f"{turn.label} {turn.text}" for turn in reading.turns]
    pieces += [note.text for note in reading.notes]
    pieces += [each.text for each in reading.reported]
    pieces += [*reading.titles, *(name for name, _ in (*reading.tiers, *reading.parts))]
    return "\n".join(pieces)


def broken(reading: Reading) -> list[str]:
    """Name the promises a reading breaks."""
    times = [ms for turn in reading.turns for ms in (turn.start_ms, turn.end_ms) if ms is not None]
    times += [stamp.ms for stamp in reading.stamps] + [ms for _, ms in reading.anchors]
    last = {turn.n: len(turn.text) for turn in reading.turns}
    wanted = {
        "turns count from 1": [turn.n for turn in reading.turns] == list(range(1, len(last) + 1)),
        "turns have words": all(turn.text == turn.text.strip() != "" for turn in reading.turns),
        "times are whole and not negative": all(type(ms) is int and ms >= 0 for ms in times),
        "times are those of a recording": all(ms < 10**11 for ms in times),
        "lines count from 1": all(turn.line >= 1 for turn in reading.turns),
        "stamps stand in turns": all(0 <= s.begin <= last.get(s.turn, -1) for s in reading.stamps),
        "notes stand in turns": all(
            0 <= note.begin <= last.get(note.turn, -1)
            for note in reading.notes
            if note.turn is not None and note.begin is not None
        ),
        "turns are counted": sum(reading.speakers.values()) == len(reading.turns),
        "what has no time is counted": reading.untimed
        == sum(turn.start_ms is None for turn in reading.turns),
        "it can cross to another process": _crosses(reading),
    }
    return [promise for promise, kept in wanted.items() if not kept]


def _crosses(reading: Reading) -> bool:
    try:
        data = json.loads(json.dumps(plain.from_reading(reading), ensure_ascii=False).encode())
        return held(plain.to_reading(reading.path, reading.sha256, data)) == held(reading)
    except ValueError:
        return False
