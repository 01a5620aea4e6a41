"""Make the sample session: speech from the script, its transcripts, and three codings of it.

Run ``python packaging/sample/make_sample.py`` in a checkout that has espeak-ng and ffmpeg. It
writes recording.ogg, session.vtt, session.docx, gold.csv, ada.csv and ben.csv to coder/sample.
All times are samples of the mix while it is built, and milliseconds when they are written.
"""

import csv
import datetime as dt
import re
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import numpy as np
import yaml

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "coder" / "sample"
RATE = 22050  # what espeak-ng speaks in
PAUSE = 0.35
LEAD = 0.6
HUSH = 0.01  # quieter than this, a voice has not begun
VOICES = {
    "P": ("Patient", ["-v", "en-gb-x-rp+f3", "-s", "172", "-p", "58"]),
    "T": ("Therapist", ["-v", "en-gb-scotland+m3", "-s", "160", "-p", "34"]),
}
SILENCES = {  # seconds that a bracketed note takes; any other takes NOTE
    "long silence": 7.0,
    "silence while the form is filled in": 14.0,
    "sighs": 0.9,
    "laughs": 0.7,
    "laughs nervously": 0.8,
    "talking over": 0.0,
    "quietly": 0.0,
    "loudly": 0.0,
}
GAINS = {"quietly": 0.4, "loudly": 1.7}
NOTE = re.compile(r"\(([^()]*)\)")
COLUMNS = (
    "kind", "marker", "start", "end", "turn", "person", "family", "clarity", "quote", "text",
    "note", "episode",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn: its characters, and its samples from the turn's start."""

    begin: int
    stop: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn with its place in the mix."""

    n: int
    by: str
    text: str
    tag: str
    start: int
    sound: np.ndarray
    pieces: tuple[Piece, ...]

    @property
    def end(self) -> int:
        """The sample after the last."""
        return self.start + len(self.sound)

    def at(self, offset: int) -> int:
        """The sample of the mix in which the character at ``offset`` is spoken."""
        for piece in self.pieces:
            if offset < piece.stop:
                share = max(0, offset - piece.begin) / (piece.stop - piece.begin)
                return self.start + piece.first + int(share * (piece.last - piece.first))
        return self.end


def speak(words: str, voice: list[str]) -> np.ndarray:
    """Speak words; the silence around them is cut off."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(["espeak-ng", *voice, "-w", str(path), words], check=True)
        with wave.open(str(path)) as said:
            raw = said.readframes(said.getnframes())
    sound = np.frombuffer(raw, dtype="<i2").astype(np.float64) / 32768
    loud = np.flatnonzero(np.abs(sound) > HUSH)
    return sound[loud[0] : loud[-1] + 1]


def perform(text: str, voice: list[str]) -> tuple[np.ndarray, tuple[Piece, ...]]:
    """Speak a turn: words are spoken, notes become silence or a change of loudness."""
    sounds: list[np.ndarray] = []
    pieces: list[Piece] = []
    gain, first, at = 1.0, 0, 0
    for part in re.split(r"(\([^()]*\))", text):
        note = NOTE.fullmatch(part)
        if note:
            gain = GAINS.get(note[1], gain)
            sound = np.zeros(int(SILENCES[note[1]] * RATE))
        elif part.strip():
            sound = gain * speak(part.strip(), voice)
        else:
            sound = np.zeros(0)
        if part:
            pieces.append(Piece(at, at + len(part), first, first + len(sound)))
        sounds.append(sound)
        first += len(sound)
        at += len(part)
    return np.concatenate(sounds), tuple(pieces)


def stage(script: list[dict[str, Any]]) -> list[Spoken]:
    """Set every turn after the one before it, or over its end."""
    turns: list[Spoken] = []
    end = 0
    for n, entry in enumerate(script, start=1):
        by = "P" if "P" in entry else "T"
        sound, pieces = perform(entry[by], VOICES[by][1])
        pause = entry.get("pause", PAUSE) if turns else LEAD
        start = end + int(pause * RATE)
        turns.append(Spoken(n, by, entry[by], entry.get("tag", ""), start, sound, pieces))
        end = turns[-1].end
    return turns


def mix(turns: list[Spoken]) -> np.ndarray:
    """Add the turns up over the faint noise of a room."""
    length = max(turn.end for turn in turns) + RATE
    mixed = np.random.default_rng(2003).normal(0, 0.0006, length)
    for turn in turns:
        mixed[turn.start : turn.end] += turn.sound
    return np.asarray(mixed * (0.9 / np.abs(mixed).max()))


def write_recording(mixed: np.ndarray, path: Path) -> None:
    """Encode the mix as Opus, mono."""
    pcm = (mixed * 32767).astype("<i2").tobytes()
    source = ["-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-"]
    target = ["-c:a", "libopus", "-b:a", "28k", "-ar", "48000", "-map_metadata", "-1", str(path)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *source, *target], input=pcm, check=True)


def milliseconds(sample: int) -> int:
    """Turn a position in the mix into milliseconds."""
    return sample * 1000 // RATE


def clock(ms: int) -> str:
    """Write hh:mm:ss.mmm."""
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def write_vtt(turns: list[Spoken], path: Path) -> None:
    """Write a cue for each turn."""
    cues = ["WEBVTT"]
    for turn in turns:
        times = f"{clock(milliseconds(turn.start))} --> {clock(milliseconds(turn.end))}"
        cues.append(f"{turn.n}\n{times}\n<v {VOICES[turn.by][0]}>{turn.text}</v>")
    path.write_text("\n\n".join(cues) + "\n", encoding="utf-8")


def write_docx(turns: list[Spoken], path: Path) -> None:
    """Write a paragraph for each turn, and about once a minute the time alone on its own."""
    document = docx.Document()
    document.core_properties.author = "Rupture Coder"
    document.core_properties.title = "Sample session (invented)"
    document.core_properties.comments = ""
    document.core_properties.created = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    due = 0
    for turn in turns:
        seconds = milliseconds(turn.start) // 1000
        if seconds >= due:
            document.add_paragraph(f"{seconds // 60}:{seconds % 60:02}")
            due = (seconds // 60 + 1) * 60
        document.add_paragraph(f"{turn.by}: {turn.text}")
    document.save(str(path))


def place(mark: dict[str, Any], turns: dict[str, Spoken]) -> dict[str, object]:
    """Turn a coding by tag into a row: the moment the quote begins, and how late the key came."""
    row: dict[str, object] = {name: mark.get(name, "") for name in COLUMNS}
    if "at" not in mark:
        return row
    turn = turns[mark["at"]]
    begin = turn.text.find(mark.get("quote", ""))
    if begin < 0:
        raise SystemExit(f"{mark['at']}: the turn does not hold “{mark['quote']}”")
    start = turn.at(begin) + int(mark.get("late", 0) * RATE)
    if not turn.start <= start < turn.end:
        raise SystemExit(f"{mark['at']}: {mark['kind']} falls outside its turn")
    # Rounded up, so that a mark never comes a fraction before its turn.
    row["start"] = clock(milliseconds(start) + (0 if start == turn.start else 1))
    if "to" in mark:
        row["end"] = clock(milliseconds(turns[mark["to"]].end))
    row["turn"] = turn.n
    row["person"] = "therapist" if turn.by == "T" else "patient"
    return row


def expand(coding: dict[str, Any]) -> list[dict[str, Any]]:
    """Lay the episodes of a coding out as the rows of the table."""
    rows: list[dict[str, Any]] = []
    for number, episode in coding["episodes"].items():
        shared = {"episode": number}
        told = {"kind": "precipitant", "text": episode["precipitant"], **shared}
        rows += [{"at": at, **told} for at in episode["precipitant_at"]]
        rows += [{"kind": "marker", **mark, **shared} for mark in episode["marks"]]
        rows += [{"kind": "statement", **each, **shared} for each in episode.get("statements", ())]
        shift = {"kind": "shift", "text": episode.get("shift", ""), **shared}
        rows += [{"at": at, **shift} for at in episode.get("shift_at", ())]
        ends = ("before", "after")
        rows += [{"kind": "outcome", "marker": at, "text": episode[at], **shared} for at in ends]
    return rows + [{"kind": "marker", **mark} for mark in coding.get("no_episode", ())]


def write_coding(coding: dict[str, Any], turns: list[Spoken], path: Path) -> None:
    """Write one rater's coding, in the order of the session, outcomes last."""
    tagged = {turn.tag: turn for turn in turns if turn.tag}
    rows = [place(mark, tagged) for mark in expand(coding)]
    rows.sort(key=lambda row: (row["start"] == "", str(row["start"])))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def main() -> None:
    """Make everything."""
    turns = stage(yaml.safe_load((HERE / "session.yaml").read_text(encoding="utf-8")))
    codings = yaml.safe_load((HERE / "codings.yaml").read_text(encoding="utf-8"))
    OUT.mkdir(exist_ok=True)
    write_recording(mix(turns), OUT / "recording.ogg")
    write_vtt(turns, OUT / "session.vtt")
    write_docx(turns, OUT / "session.docx")
    for name, coding in codings.items():
        write_coding(coding, turns, OUT / f"{name}.csv")
    print(f"{len(turns)} turns, {clock(milliseconds(max(turn.end for turn in turns)))}")


if __name__ == "__main__":
    main()
