from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_recording import plain

from coder.errors import CoderError
from coder.recording import load_peaks, peaks, save_peaks
from coder.words import say


def some_peaks(tmp_path, seconds=60, seed=1):
    rng = np.random.default_rng(seed)
    return peaks(plain(tmp_path / "some.wav", rng.integers(-30000, 30000, 8000 * seconds)))


@pytest.fixture(scope="session")
def a_minute(tmp_path_factory):
    return some_peaks(tmp_path_factory.mktemp("minute"))


@pytest.fixture(scope="session")
def a_cache(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    save_peaks(some_peaks(folder, 1), folder / "a.npz")
    return folder / "fuzzed.npz", (folder / "a.npz").read_bytes()


def test_each_level_holds_the_extremes_of_the_one_before(tmp_path):
    levels = some_peaks(tmp_path).levels
    assert [len(level) for level in levels] == [6000, 1500, 375, 94, 24, 6, 2]
    for fine, coarse in pairwise(levels):
        for n, (low, high) in enumerate(coarse):
            part = fine[4 * n : 4 * n + 4]
            assert (low, high) == (part[:, 0].min(), part[:, 1].max())


def test_columns_are_shares_of_full_scale(tmp_path):
    taken = peaks(plain(tmp_path / "a.wav", [-32768] * 800 + [16384] * 800))
    drawn = taken.columns(0, 200, 2)
    assert drawn.dtype == np.float32
    assert drawn.tolist() == [[-1, -1], [0.5, 0.5]]


def test_columns_beyond_the_ends_are_nothing(tmp_path):
    taken = peaks(plain(tmp_path / "a.wav", [1000] * 800))
    drawn = taken.columns(-100, 200, 3)
    assert drawn[[0, 2]].tolist() == [[0, 0], [0, 0]]
    assert drawn[1, 1] == pytest.approx(1000 / 32768)
    assert not taken.columns(500, 900, 4).any()
    assert not taken.columns(-900, -500, 4).any()


@pytest.mark.parametrize(
    ("start", "end", "width", "rows"),
    [(0, 10, 0, 0), (0, 10, -3, 0), (10, 10, 4, 4), (10, 0, 4, 4)],
)
def test_no_width_or_no_time_draws_nothing(tmp_path, start, end, width, rows):
    taken = peaks(plain(tmp_path / "a.wav", [1000] * 800))
    assert taken.columns(start, end, width).shape == (rows, 2)
    assert not taken.columns(start, end, width).any()


@settings(deadline=None)
@given(st.integers(-5000, 65_000), st.integers(1, 70_000), st.integers(1, 300))
def test_columns_lose_no_peak_and_make_none_up(a_minute, start, length, width):
    taken = a_minute
    drawn = taken.columns(start, start + length, width)
    assert drawn.shape == (width, 2)
    finest = taken.levels[0] / 32768
    # A level's entry is a quarter of a column at most, so that much more may be taken in on each side.
    per = length / width
    wide = max(per / 4, 10)
    for n in {0, width // 2, width - 1}:
        begun, ended = start + n * per, start + (n + 1) * per
        inner = finest[max(0, int(np.ceil((begun + wide) / 10))) : max(0, int((ended - wide) / 10))]
        outer = finest[max(0, int((begun - wide) / 10)) : max(0, int(np.ceil((ended + wide) / 10)))]
        if len(inner):
            assert drawn[n, 0] <= inner[:, 0].min() + 1e-6
            assert drawn[n, 1] >= inner[:, 1].max() - 1e-6
        if len(outer):
            assert drawn[n, 0] >= min(0, outer[:, 0].min()) - 1e-6
            assert drawn[n, 1] <= max(0, outer[:, 1].max()) + 1e-6


def test_kept_peaks_come_back(tmp_path):
    taken = some_peaks(tmp_path, 5)
    file = tmp_path / "cache" / "peaks.npz"
    save_peaks(taken, file)
    back = load_peaks(file)
    assert back is not None
    assert (back.rate, back.duration_ms) == (taken.rate, taken.duration_ms)
    assert len(back.levels) == len(taken.levels)
    assert all(np.array_equal(a, b) for a, b in zip(back.levels, taken.levels, strict=True))
    assert [each.name for each in file.parent.iterdir()] == ["peaks.npz"]


def test_peaks_that_were_never_kept_are_none(tmp_path):
    assert load_peaks(tmp_path / "no.npz") is None


def test_a_cache_that_cannot_be_written_is_a_plain_error(tmp_path):
    (tmp_path / "taken").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(CoderError) as told:
        save_peaks(some_peaks(tmp_path, 1), tmp_path / "taken" / "peaks.npz")
    assert told.value.key == "peaks_not_kept"
    assert "peaks.npz" in say(told.value)


@pytest.mark.parametrize(
    "kept",
    [
        {"rate": np.int64(100), "finest": np.zeros((0, 2), np.int16)},
        {"rate": np.int64(100), "finest": np.zeros((9, 3), np.int16)},
        {"rate": np.int64(100), "finest": np.zeros(9, np.int16)},
        {"rate": np.int64(100), "finest": np.zeros((9, 2), np.float32)},
        {"rate": np.int64(50), "finest": np.zeros((9, 2), np.int16)},
        {"rate": np.array([100, 100]), "finest": np.zeros((9, 2), np.int16)},
        {"rate": np.int64(100)},
        {"rate": np.int64(100), "finest": np.array([[None, {}]], dtype=object)},
    ],
)
def test_a_cache_of_another_shape_is_none(tmp_path, kept):
    np.savez(tmp_path / "a.npz", **kept)
    assert load_peaks(tmp_path / "a.npz") is None


def test_a_file_of_one_array_is_no_cache(tmp_path):
    with (tmp_path / "a.npz").open("wb") as out:
        np.save(out, np.zeros((9, 2), np.int16))
    assert load_peaks(tmp_path / "a.npz") is None


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_damaged_cache_is_none_or_whole(a_cache, data):
    file, whole = a_cache
    kept = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        kept[data.draw(st.integers(0, len(kept) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(
        kept[: data.draw(st.integers(0, len(kept)))] if data.draw(st.booleans()) else kept
    )
    back = load_peaks(file)
    assert back is None or back.levels[0].shape == (100, 2)
