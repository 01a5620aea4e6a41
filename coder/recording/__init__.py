"""Recordings: what a file holds, how long it lasts, its peaks, and its speech. No Qt.

Everything that knows PyAV is in this package, which keeps it replaceable. What needs NumPy is
imported when it is first asked for: the window opens a study without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from coder.recording.media import Scan, find_by_hash, fingerprint, scan

if TYPE_CHECKING:
    from coder.recording.voices import Speech, speech
    from coder.recording.waveform import Peaks, load_peaks, peaks, save_peaks

__all__ = [
    "Peaks",
    "Scan",
    "Speech",
    "find_by_hash",
    "fingerprint",
    "load_peaks",
    "peaks",
    "save_peaks",
    "scan",
    "speech",
]

_LATER = {
    "Speech": "voices",
    "speech": "voices",
    "Peaks": "waveform",
    "load_peaks": "waveform",
    "peaks": "waveform",
    "save_peaks": "waveform",
}


def __getattr__(name: str) -> Any:
    """Load what reads sound when it is first asked for, and not before."""
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"coder.recording.{_LATER[name]}"), name)
