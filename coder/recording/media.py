"""What a file of sound holds: its fingerprint, its codec, and how long it really lasts."""

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coder.errors import CoderError

if TYPE_CHECKING:
    from av import AudioStream, Packet
    from av.container import InputContainer

# The demuxers a file may choose. Playlists (hls, concat, dash, sdp, …) are not among them: they
# open other files and addresses, and a recording is one file of its own.
FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,flac,flv,matroska,mov,mp3,mpeg,mpegts,ogg,tta,w64,wav,wv"
)

# No session lasts a day: a time stamp beyond that is damage.
LONGEST_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found. ``duration_ms`` counts packets; ``header_ms`` is the file's own claim."""

    sha256: str
    size: int
    duration_ms: int
    header_ms: int | None
    codec: str
    has_video: bool = False


def scan(path: Path) -> Scan:
    """Read a recording through, without decoding it.

    The duration comes from the packets, because headers lie (a variable-rate MP3 without one can
    be minutes out). Raises CoderError when the file is missing, empty, unreadable or has no sound.
    """
    with sound(path) as (container, stream):
        duration = _end_s(packets(container, stream)) - (container.start_time or 0) / 1e6
        if duration <= 0:
            raise CoderError("recording_no_sound", path=path)
        return Scan(
            sha256=fingerprint(path),
            size=path.stat().st_size,
            duration_ms=round(duration * 1000),
            header_ms=None if container.duration is None else round(container.duration / 1000),
            codec=stream.codec_context.codec.canonical_name,
            has_video=_has_video(container),
        )


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file. Raises CoderError when it cannot be read."""
    try:
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except FileNotFoundError as fault:
        raise CoderError("recording_missing", path=path) from fault
    except OSError as fault:
        raise CoderError("recording_unreadable", path=path, why=fault.strerror) from fault


def find_by_hash(folder: Path, size: int, sha256: str) -> Path | None:
    """Find a moved or renamed recording below a folder; only files of its size are read."""
    for here, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            file = Path(here, name)
            # A file that vanishes or may not be read is not the one that is looked for.
            with contextlib.suppress(OSError, CoderError):
                same_size = file.is_file() and file.stat().st_size == size
                if same_size and fingerprint(file) == sha256:
                    return file
    return None


@contextlib.contextmanager
def sound(path: Path) -> "Iterator[tuple[InputContainer, AudioStream]]":
    """Open a recording at its (best) stream of sound. Raises CoderError as ``scan`` does."""
    import av

    if not path.is_file():
        raise CoderError("recording_missing", path=path)
    if path.stat().st_size == 0:
        raise CoderError("recording_empty", path=path)
    try:
        container = av.open(
            str(path.resolve()),
            mode="r",
            container_options={"format_whitelist": FORMATS, "protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except av.error.FFmpegError as fault:
        raise CoderError("recording_unreadable", path=path, why=fault.strerror) from fault
    with container:
        stream = container.streams.best("audio")
        if not isinstance(stream, av.AudioStream):
            raise CoderError("recording_no_sound", path=path)
        # A stream whose codec FFmpeg does not know has no context, whatever its type says.
        if getattr(stream, "codec_context", None) is None:
            raise CoderError("recording_unreadable", path=path, why="its codec is not known")
        try:
            yield container, stream
        except av.error.FFmpegError as fault:  # such as channels that it cannot mix
            raise CoderError("recording_unreadable", path=path, why=fault.strerror) from fault


def packets(container: "InputContainer", stream: "AudioStream") -> "Iterator[Packet[AudioStream]]":
    """Yield the packets of a stream up to its end, or to where the file is broken off."""
    import av

    with contextlib.suppress(av.error.FFmpegError):
        yield from container.demux(stream)


def _end_s(packets: "Iterable[Packet[AudioStream]]") -> float:
    """Say when the last packet ends; one without a (credible) time stamp follows the others."""
    end = 0.0
    for packet in packets:
        begun = end if packet.pts is None else float(packet.pts * packet.time_base)
        begun = end if begun > LONGEST_S else begun
        end = max(end, begun + float((packet.duration or 0) * packet.time_base))
    return end


def _has_video(container: "InputContainer") -> bool:
    """Tell whether there is a moving picture; the cover of an album is none."""
    from av.stream import Disposition

    return any(
        not stream.disposition & Disposition.attached_pic for stream in container.streams.video
    )
