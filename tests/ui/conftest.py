"""A real window on a small invented study, with every question answered by the test."""

import math

import numpy as np
import pytest

from coder import imports, recording
from coder.session import Role
from coder.settings import Settings
from coder.study import Study
from coder.transcripts import Options
from coder.ui import dialogs, theme
from coder.ui.tasks import Tasks
from coder.ui.window import Window

LINES = [
    ("T", "Shall we look at the diary you said you would keep?"),
    ("P", "I suppose so. It was a busy week."),
    ("T", "Mmm"),
    ("P", "My brother always says I take on too much, and then he laughs."),
    ("T", "And what did you feel when I asked about it?"),
    ("P", "Fine. It is fine."),
    ("T", "You sound a little flat."),
    ("P", "I do not see what the diary is for."),
    ("T", "I pressed you on it, and did not ask how you were."),
    ("P", "I think I needed a moment first."),
    ("T", "Mmm"),
    ("P", "before we began with the list."),
]


def write_vtt(path, lines=LINES, every_s=3):
    """Write a transcript whose turns follow each other every few seconds."""
    cues = ["WEBVTT", ""]
    for n, (who, text) in enumerate(lines):
        start, end = n * every_s, n * every_s + every_s - 0.2
        cues += [f"{clock(start)} --> {clock(end)}", f"<v {who}>{text}</v>", ""]
    path.write_text("\n".join(cues), encoding="utf-8")
    return path


def clock(seconds):
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}:{rest:06.3f}"


def write_wav(path, seconds=40, rate=8000):
    """Write a tone that is loud in every odd second and silent in every even one."""
    import wave

    at = np.arange(seconds * rate) / rate
    tone = np.sin(at * 2 * math.pi * 440) * 20000 * (at.astype(int) % 2)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(tone.astype("<i2").tobytes())
    return path


@pytest.fixture
def study_path(tmp_path):
    path = tmp_path / "Invented study.rupture"
    with Study.create(path, ["samstag-2003", "laraway-2015"]) as study:
        request = imports.Request(
            "P1",
            "1",
            write_wav(tmp_path / "session.wav"),
            options=Options(roles={"T": Role.THERAPIST, "P": Role.PATIENT}),
        )
        imports.import_session(study, write_vtt(tmp_path / "session.vtt"), request)
    assert recording.scan(tmp_path / "session.wav").duration_ms == 40_000
    return path


@pytest.fixture
def told(monkeypatch):
    """What the program told the user; nothing waits for a click."""
    heard = []

    def ask(box):
        heard.append(box.text())
        return 0

    monkeypatch.setattr(dialogs, "_ask", ask)
    monkeypatch.setattr(dialogs, "run", lambda _dialog: False)
    return heard


@pytest.fixture
def tasks(qapp):
    """A door to threads of a dialog's own; what still runs is ended before the test is."""
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def window(qtbot, qapp, told):
    theme.wear(qapp, theme.LIGHT)
    made = Window(Settings())
    qtbot.addWidget(made)
    made.show()
    made.furnish()
    yield made
    made.close()


@pytest.fixture
def coding(window, study_path, qtbot):
    """The window on the study, with Ada coding its one session."""
    window.show_study(Study.open(study_path))
    window.studies.code_as("Ada", "samstag-2003")
    qtbot.waitUntil(lambda: saved(window))
    return window


def saved(window):
    return window.workspace.pending == 0 and "all saved" in window.saved.text()
