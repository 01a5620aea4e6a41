"""Recordings: what a file holds, how long it lasts, its peaks, and its speech. No Qt.

Everything that knows PyAV is in this package, which keeps it replaceable.
"""

from coder.recording.media import Scan, find_by_hash, fingerprint, scan
from coder.recording.speech import Speech, speech
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
