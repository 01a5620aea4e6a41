"""What a speech recogniser makes up where nobody speaks: kept, and warned of."""

import itertools
import re
from collections.abc import Iterator, Sequence

from coder.errors import Notice

_RUN = 4
_SIGNS = re.compile(r"[\W_]+")
# What Whisper learnt from the ends of videos.
_CLOSING = re.compile(
    r"thanks? (?:you )?(?:so much |very much )?for watching.*"
    r"|(?:please )?(?:like and )?subscribe (?:to )?(?:my|our|the) channel.*"
    r"|(?:subtitles|captions|transcription|transcribed|translated) by .*"
    r"|.*\bamara org\b.*"
    r"|untertitel (?:im auftrag|von|der) .*|sous titres? .*(?:par|soustitreur).*"
    r"|vielen dank f[üu]rs zuschauen.*|merci d avoir regard[ée].*|gracias por ver.*"
)


def doubtful(texts: Sequence[str]) -> Iterator[Notice]:
    """Count lines that a recogniser may have made up: four alike running, thanks for watching."""
    bare = [_SIGNS.sub(" ", text).strip().lower() for text in texts]
    runs = (sum(1 for _ in alike) for text, alike in itertools.groupby(bare) if text)
    again = sum(length for length in runs if length >= _RUN)
    closing = sum(bool(_CLOSING.fullmatch(text)) for text in bare)
    if again:
        yield Notice("lines_alike", {"count": again})
    if closing:
        yield Notice("lines_made_up", {"count": closing})
