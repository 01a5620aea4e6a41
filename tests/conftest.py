"""What several tests share: settings of their own, and ../shared where it lies beside us."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch):
    """No test reads or writes the user's own settings."""
    folder = tmp_path_factory.mktemp("settings")
    monkeypatch.setenv("RUPTURE_CODER_SETTINGS", str(folder / "settings.json"))


def pytest_collection_modifyitems(items):
    """Skip, visibly, what needs ../shared where it is missing."""
    if not SHARED.is_dir():
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(pytest.mark.skip(reason="../shared is not beside the checkout"))
