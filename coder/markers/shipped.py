"""Where the schemes lie that ship, and which there are."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path


def folder() -> Traversable:
    """Where the schemes lie: inside an installed package, beside it in a checkout."""
    inside = resources.files("coder") / "schemas"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "schemas"


def available() -> tuple[str, ...]:
    """The ids of the schemes that ship."""
    files = sorted(each.name for each in folder().iterdir())
    return tuple(name.removesuffix(".yaml") for name in files if name.endswith(".yaml"))
