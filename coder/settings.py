"""What the user may set: one typed value with defaults, in one file of the user's own folder."""

import dataclasses
import json
import os
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coder.errors import CoderError

BACKCHANNELS = (
    "mm", "mmm", "hm", "hmm", "mhm", "mm hmm", "uh", "uh huh", "ah", "oh", "yeah", "yes", "yep",
    "ok", "okay", "right", "sure", "wow", "i see",
)  # fmt: skip


def _setting(default: Any, about: str) -> Any:
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with what it does; the dialog is built from this."""

    reaction_ms: int = _setting(1000, "How long after the event a key is pressed (ms)")
    tap_ms: int = _setting(200, "How long after a turn begins its start is tapped (ms)")
    step_back_ms: int = _setting(2000, "How far playing steps back when it resumes (ms)")
    lead_in_ms: int = _setting(3000, "How much is heard before a moment that is played (ms)")
    tolerance_ms: int = _setting(10_000, "How far apart two marks may be and still match (ms)")
    theme: str = _setting("system", "Colours: system, light or dark")
    text_size: int = _setting(100, "Size of text (%)")
    backchannels: tuple[str, ...] = _setting(
        BACKCHANNELS, "Words that alone make a turn a backchannel"
    )
    keys: tuple[tuple[str, str], ...] = _setting((), "Keys that differ from the defaults")
    recent: tuple[str, ...] = _setting((), "Studies opened lately")


def settings_file() -> Path:
    """Where the settings are kept; RUPTURE_CODER_SETTINGS names another file."""
    named = os.environ.get("RUPTURE_CODER_SETTINGS")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir("rupture-coder", appauthor=False)) / "settings.json"


def load(path: Path | None = None) -> Settings:
    """Read the settings; a missing or damaged file gives the defaults, an unknown name is left."""
    try:
        kept = json.loads((path or settings_file()).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    if not isinstance(kept, dict):
        return Settings()
    hints = typing.get_type_hints(Settings)
    good = {name: _frozen(kept[name]) for name in hints if name in kept}
    return Settings(**{name: value for name, value in good.items() if _fits(value, hints[name])})


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the settings beside, then in place of, the old ones. Raises CoderError."""
    path = path or settings_file()
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(dataclasses.asdict(settings), indent=1), encoding="utf-8")
        beside.replace(path)
    except OSError as fault:
        raise CoderError("settings_unwritable", path=path, why=fault.strerror) from fault


def _fits(value: Any, hint: Any) -> bool:
    """Tell whether a value read from a file is of the type that a setting has."""
    if typing.get_origin(hint) is not tuple:
        return type(value) is hint
    inner = typing.get_args(hint)
    if not isinstance(value, tuple):
        return False
    if inner[-1] is Ellipsis:
        return all(_fits(each, inner[0]) for each in value)
    return len(value) == len(inner) and all(map(_fits, value, inner))


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value
