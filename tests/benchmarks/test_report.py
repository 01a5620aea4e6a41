"""A full report of 12 sessions, 4 raters and 38 markers with 2,000 resamples: under 10 s.

``python -m pytest tests/benchmarks/test_report.py -o addopts="" -s``
"""

import random
import time

import pytest

from coder import markers
from coder.agreement import USUAL, Plan, agreement, behind, moments
from coder.coding import Anchor, CodedSession, Coding, Family, Kind, Mark, Rater, State
from coder.session import Role, Session, Turn

SCHEME = markers.load("samstag-2003")
LIMIT_S = 10
RATERS = ("Ada", "Ben", "Cleo", "Dov")


def codings(sessions=12, turns=400, marks=60, seed=1):
    """Four raters who mark mostly the same turns of each session, and mostly alike."""
    draw = random.Random(seed)
    names = [marker.id for marker in SCHEME.markers]
    made = []
    for n in range(sessions):
        session = Session(f"s{n}", f"p{n}", f"P{n}", "1")
        said = tuple(
            Turn(f"s{n}-{k}", k + 1, k + 1, "P" if k % 2 == 0 else "T",
                 "So it went on." if draw.random() < 0.8 else "Mmm.",
                 k * 7500, (k + 1) * 7500, role=Role.PATIENT if k % 2 == 0 else Role.THERAPIST)
            for k in range(turns)
        )  # fmt: skip
        places = [(draw.randrange(0, turns, 2), draw.choice(names)) for _ in range(marks)]
        for rater in RATERS:
            coding = Coding(
                f"{rater}-{n}", session.id, rater, SCHEME.id, SCHEME.version, State.SUBMITTED
            )
            given = []
            for k, (turn, marker) in enumerate(places):
                if draw.random() < 0.2:
                    continue
                if draw.random() < 0.25:
                    marker = draw.choice(names)
                at = turn * 7500 + draw.randrange(0, 4000)
                family = draw.choice([Family.WITHDRAWAL, Family.CONFRONTATION])
                anchor = Anchor((said[turn].id,), at)
                given.append(
                    Mark(f"{rater}-{n}-{k}", coding.id, Kind.MARKER, marker, family, anchor=anchor)
                )
            made.append(
                CodedSession(session, Rater(rater, rater), coding, SCHEME, said, (), tuple(given))
            )
    return made


@pytest.mark.parametrize("unit", ["turn", "event"])
def test_a_full_report_takes_less_than_ten_seconds(unit):
    every = codings()
    plan = Plan(unit=unit)
    begun = time.perf_counter()
    found = agreement(every, plan)
    alone = time.perf_counter() - begun
    events = agreement(every, Plan(unit="event")) if unit == "turn" else found
    for level in USUAL:
        behind.diagnosis(every, plan, level)
    listed = moments(every, plan, "row")
    behind.curves(every, plan, "family")
    took = time.perf_counter() - begun
    print(
        f"\nunit {unit}: {len(found.results)} + {len(events.results)} results, {len(listed)} moments: "
        f"agreement {alone:.2f} s, all {took:.2f} s (limit {LIMIT_S} s)"
    )
    assert took < LIMIT_S
