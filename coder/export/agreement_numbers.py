"""Numbers as journals print them: formats, bands, and the footnotes that explain them."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase

from coder.agreement import DEFINITIONS, Result
from coder.errors import Notice
from coder.words import say

NOTHING = "–"
RARE = "too rare"


@dataclass(frozen=True, slots=True)
class Bands:
    """Words for coefficients. A value on a bound is above it, or (``up_to``) still below."""

    author: str
    rule: str
    bounds: tuple[float, ...]
    words: tuple[str, ...]
    of: tuple[str, ...]
    up_to: bool = False


_KAPPAS = ("cohen_kappa", "cohen_kappa_quadratic", "fleiss_kappa", "conger_kappa", "event_kappa")
_ICCS = ("icc_1_1", "icc_2_1")
BANDS: Mapping[str, Bands] = {
    "cicchetti-1994": Bands(
        "Cicchetti (1994)",
        "kappa and ICC below .40 poor, from .40 fair, from .60 good, from .75 excellent",
        (0.4, 0.6, 0.75),
        ("poor", "fair", "good", "excellent"),
        (*_KAPPAS, *_ICCS),
    ),
    "koo-li-2016": Bands(
        "Koo & Li (2016)",
        "ICC below .50 poor, from .50 moderate, from .75 good, from .90 excellent",
        (0.5, 0.75, 0.9),
        ("poor", "moderate", "good", "excellent"),
        _ICCS,
    ),
    "landis-koch-1977": Bands(
        "Landis & Koch (1977)",
        "kappa below 0 poor, up to .20 slight, up to .40 fair, up to .60 moderate, up to .80 "
        "substantial, above .80 almost perfect",
        (0.0, 0.2, 0.4, 0.6, 0.8),
        ("poor", "slight", "fair", "moderate", "substantial", "almost perfect"),
        _KAPPAS,
        up_to=True,
    ),
}


@dataclass(slots=True)
class Notes:
    """What the cells of a table refer to, gathered while they are written.

    ``why_bare`` says why an estimate has no interval.
    """

    bands: Bands | None
    why_bare: Callable[[Result], str]
    used: dict[str, None] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    rare: str = ""
    banded: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The statistics that were written."""
        return tuple(self.used)

    def number(self, result: Result | None, rare: Result | None = None) -> str:
        """Write an estimate with its interval; ``rare`` may be too rare in its stead."""
        if result is None:
            return NOTHING
        why_not = _why_rare(result, rare)
        if why_not is not None:
            self.rare = str(why_not.where.get("rare", ""))
            return RARE
        self.used[result.statistic] = None
        if result.estimate is None:
            return self.nothing("" if result.reason is None else say(result.reason))
        if result.statistic.endswith("_ms"):
            return seconds(result.estimate)
        bare = f" {self._letter(self.why_bare(result))}" if result.low is None else interval(result)
        return apa(result.estimate) + bare + self._band(result)

    def nothing(self, reason: str) -> str:
        """Write that there is no number, and why."""
        return f"{NOTHING} {self._letter(reason)}"

    def over_pairs(self, results: Sequence[Result | None], rares: Sequence[Result | None]) -> str:
        """Write what one pair has, or the mean of several pairs with the lowest and highest."""
        told = [(r, rare) for r, rare in zip(results, rares, strict=True) if r is not None]
        known = [r for r, rare in told if _why_rare(r, rare) is None and r.estimate is not None]
        values = [each.estimate for each in known if each.estimate is not None]
        if len(told) <= 1 or not values:
            return self.number(*told[0]) if told else NOTHING
        statistic = known[0].statistic
        self.used[statistic] = None
        of = "" if len(values) == len(told) else f", {len(values)} of {len(told)} pairs"
        lag = statistic.endswith("_ms")
        low, high = (seconds(v) if lag else apa(v) for v in (min(values), max(values)))
        if len(values) == 1:
            return low + of
        if lag:
            return f"{low} to {high}{of}"
        return f"{apa(sum(values) / len(values))} ({low} to {high}{of})"

    def lines(self, told: Iterable[str]) -> tuple[str, ...]:
        """The footnotes: reasons, what is too rare, what else is told, and definitions."""
        made = [f"({letter}) {text}" for text, letter in self.reasons.items()]
        if self.rare:
            made.append(
                f"Too rare: no coder used the code {self.rare} times or more; what it rolls up to "
                "(row, family, any rupture) can be reported instead."
            )
        made += told
        if self.banded and self.bands is not None:
            made.append(f"Words beside coefficients: {band_rule(self.bands)}")
        return *made, *(_defined(each) for each in self.used)

    def _letter(self, reason: str) -> str:
        """Refer to a footnote."""
        return f"({self.reasons.setdefault(reason, _letter(len(self.reasons)))})"

    def _band(self, result: Result) -> str:
        if self.bands is None or result.estimate is None or result.statistic not in self.bands.of:
            return ""
        self.banded = True
        return f" {band(result.estimate, self.bands)}"


def _why_rare(result: Result, rare: Result | None) -> Notice | None:
    """The note of a result, or of the one that says whether its code is too rare."""
    return result.note or (None if rare is None else rare.note)


def _defined(statistic: str) -> str:
    found = DEFINITIONS[statistic]
    # Kept in ms, printed in s.
    meaning = found.meaning.replace("in ms", "in s")
    return f"{capital(found.label)}: {meaning} {capital(found.source)}."


def _letter(n: int) -> str:
    return ascii_lowercase[n % 26] * (n // 26 + 1)


def band(value: float, bands: Bands) -> str:
    """Name the band of a coefficient; the unrounded value decides."""
    exact = round(value, 9)  # less the noise of floating point
    if exact < 0:
        return bands.words[0]
    # Where a value on a bound is still below it, 0 itself is no longer below 0.
    if bands.up_to:
        return bands.words[max(1, bisect_left(bands.bounds, exact))]
    return bands.words[bisect_right(bands.bounds, exact)]


def band_rule(bands: Bands) -> str:
    """Say whose bands they are and how a value is judged."""
    return (
        f"{bands.author}: {bands.rule}. The value before rounding is judged, not the one printed."
    )


def apa(value: float) -> str:
    """Write a proportion or coefficient to two decimals without a leading zero."""
    text = f"{abs(value):.2f}"
    sign = "\u2212" if value < 0 and float(text) else ""
    return sign + text.removeprefix("0")


def interval(result: Result) -> str:
    """Write an interval as it stands behind its estimate; nothing where there is none."""
    if result.low is None or result.high is None:
        return ""
    return f" [{apa(result.low)}, {apa(result.high)}]"


def seconds(ms: float) -> str:
    """Write ms as seconds with one decimal."""
    text = f"{abs(ms) / 1000:.1f}"
    return ("\u2212" if ms < 0 and float(text) else "") + text


def capital(text: str) -> str:
    """Begin a sentence."""
    return text[:1].upper() + text[1:]
