"""Categories, rows, components, processes, session marks and ratings in agreement, by hand.

The turns are those of test_agreement_units: the patient speaks at 0, 20, 40, 60, 80 and 100 s
(a backchannel at 40), the therapist at 10, 30, 50, 70, 90 and 110; so everyone has 11 turns.
"""

import dataclasses

import pytest
from test_agreement import result
from test_agreement_units import LARAWAY, SAMSTAG, coded, marked

from coder import markers
from coder.agreement import Plan, agreement, behind, departures, describe, moments
from coder.agreement.codes import codes_at, codes_beside, kinds_of
from coder.coding import RUPTURE_KINDS, Anchor, Episode, Kind, Rating
from coder.errors import CoderError
from coder.markers import Marker, Scale, Scheme

REPAIR = Scheme(
    id="repair",
    version="1",
    title="Repair",
    source="made up",
    rolls_up_to=None,
    markers=(
        Marker("culture", "Culture of feedback", "repair", "component"),
        Marker("rationale", "Rationale", "repair", "component", part_of="culture"),
        Marker("honesty", "Honesty", "repair", "component", part_of="culture"),
        Marker("links", "Making links", "repair", "component", "therapist"),
    ),
    content={},
)
MIXED = Scheme(
    id="mixed",
    version="1",
    title="Mixed",
    source="made up",
    rolls_up_to=None,
    markers=(
        Marker("sighs", "Sighs", "manner", counts_as={"harper": "quiet"}),
        Marker("argues", "Argues", "content", counts_as={"harper": "loud"}),
        Marker("thanks", "Thanks", "repair", "component", counts_as={"harper": "mends"}),
        Marker("warms", "Warms", "positive", "process", "therapist"),
        Marker("tired", "Tired", "session", "session"),
    ),
    content={},
)
COUNTS = ("both", "only_first", "only_second", "neither")


def component(name, at, person="patient"):
    return marked(name, at, family=None, kind=Kind.COMPONENT, person=person)


def process(name, at):
    return marked(name, at, family=None, kind=Kind.PROCESS, person="therapist")


def about(name):
    return marked(name, family=None, kind=Kind.SESSION)


def with_marks(rater, number, *marks, scheme=MIXED):
    return dataclasses.replace(coded(rater, number=number, scheme=scheme), marks=marks)


def agree(codings, **plan):
    return agreement(codings, Plan(**{"resamples": 0, "shifts": 0} | plan))


def counts_of(found, level, code):
    told = result(found, "percent", level, code).counts
    return tuple(told[name] for name in COUNTS)


def ada():
    marks = component("rationale", 15, "therapist"), component("links", 35)
    return coded("Ada", *marks, scheme=REPAIR)


def ben():
    marks = component("honesty", 16, "therapist"), component("links", 35), component("links", 95)
    return coded("Ben", *marks, scheme=REPAIR)


LEVELS = ("marker", "category", "row", "family", "any")


def test_the_components_of_a_repair_scheme_have_a_kappa_each_over_everyones_turns():
    found = agree([ada(), ben()], levels=LEVELS)
    assert found.n_units == 11
    assert str(found.settings["unit"]).startswith("turn: everyone’s turns but for backchannels")
    assert counts_of(found, "marker", "rationale") == (0, 1, 0, 10)
    assert counts_of(found, "marker", "links") == (1, 0, 1, 9)
    # po 10 / 11; of links 1 and 2 of 11: pe = (1 * 2 + 10 * 9) / 121 = 92 / 121.
    kappa = result(found, "cohen_kappa", "marker", "links").estimate
    assert kappa == pytest.approx((110 - 92) / (121 - 92))
    assert counts_of(found, "category", "culture") == (1, 0, 0, 10)
    assert result(found, "cohen_kappa", "category", "culture").estimate == pytest.approx(1)
    # As sets: alike in the turns at 15 and 35 s, not at 95 s; none of it is a rupture.
    assert result(found, "alpha_jaccard", "category", None).counts == {"marked": 3, "units": 11}
    assert counts_of(found, None, "component") == (2, 0, 1, 8)
    assert counts_of(found, "any", None) == (0, 0, 0, 5)
    assert result(found, "percent", "row", None).reason.key == "agreement_no_rows"


def test_the_components_of_a_repair_scheme_are_matched_as_events():
    found = agree([ada(), ben()], unit="event", levels=LEVELS)
    assert found.n_units == 5
    f1 = {
        (level, code): result(found, "event_f1", level, code).counts
        for level, code in (("marker", "rationale"), ("marker", "links"), ("category", "culture"))
    }
    assert [tuple(each.values()) for each in f1.values()] == [(0, 1, 0), (1, 0, 1), (1, 0, 0)]
    assert tuple(result(found, "event_f1", "category", None).counts.values()) == (2, 0, 1)
    (crossed,) = behind.confusions([ada(), ben()], found.plan, "marker")
    assert crossed.states == ("culture", "rationale", "honesty", "links")
    assert crossed.table[1, 2] == 1  # Ada’s rationale met Ben’s honesty
    spans = result(found, "u_alpha", "marker", None)
    assert spans.reason.key == "agreement_points"


def test_everything_behind_the_numbers_of_components_opens():
    both = [ada(), ben()]
    for unit in ("turn", "event", "second", "session"):
        plan = Plan(unit=unit, levels=LEVELS)
        told = {m.first_codes or m.second_codes for m in moments(both, plan, "category")}
        assert told == {("culture",), ("links",)}
        listed = behind.diagnosis(both, plan, "category").units
        assert sum("culture" in (each or ()) for unit_ in listed for each in unit_.given) == 2
        counted = behind.numbers(both, dataclasses.replace(plan, unit="session"), "marker", "links")
        assert counted.numbers.tolist() == [[1, 2]]
    (curve,) = behind.curves(both, Plan(), "category", (1000,))
    assert curve.lines == {"culture": (1.0,), "links": (pytest.approx(2 / 3),), None: (0.8,)}


def test_the_same_category_is_preferred_where_the_markers_differ():
    one = coded("Ada", component("rationale", 20), scheme=REPAIR)
    other = coded("Ben", component("links", 21), component("honesty", 25), scheme=REPAIR)
    (crossed,) = behind.confusions([one, other], Plan(unit="event"), "marker")
    assert crossed.table[1].tolist() == [0, 0, 1, 0, 0]


def test_a_person_who_is_named_has_only_their_components_compared():
    found = agree([ada(), ben()], levels=("marker", "any"), person="patient")
    assert found.n_units == 5  # the patient’s own turns
    assert found.settings["left_out"]["marks_of_other_persons"] == 2
    assert describe(found.plan, [REPAIR]).startswith("turn: the patient’s turns")


def mixed():
    one = coded(
        "Ada", marked("sighs", 25), component("thanks", 35), process("warms", 35), scheme=MIXED
    )
    return one, coded("Ben", marked("sighs", 27), component("thanks", 36), scheme=MIXED)


def test_components_and_processes_stand_beside_ruptures_and_count_as_none():
    found = agree(mixed())
    assert found.n_units == 5
    assert counts_of(found, "marker", "sighs") == (1, 0, 0, 4)
    assert counts_of(found, "any", None) == (1, 0, 0, 4)
    assert counts_of(found, "marker", "thanks") == (1, 0, 0, 10)
    assert counts_of(found, "marker", "warms") == (0, 1, 0, 10)
    assert counts_of(found, None, "process") == (0, 1, 0, 10)
    assert result(found, "alpha_jaccard", "marker", None).counts["marked"] == 1
    assert "precipitants, components and processes are looked for in" in found.settings["unit"]


def test_components_and_processes_are_matched_beside_ruptures_as_events():
    found = agree(mixed(), unit="event")
    told = {
        code: tuple(result(found, "event_f1", "marker", code).counts.values())
        for code in ("sighs", "argues", "thanks", "warms", None)
    }
    assert told == {
        "sighs": (1, 0, 0), "argues": (0, 0, 0), "thanks": (1, 0, 0), "warms": (0, 1, 0),
        None: (1, 0, 0),
    }  # fmt: skip
    assert found.n_units == 2
    (curve,) = behind.curves(mixed(), Plan(), "marker", (1000, 2000))
    assert (curve.lines["thanks"], curve.lines[None]) == ((1.0, 1.0), (0.0, 1.0))
    kinds = [m.first.kind for m in moments(mixed(), Plan(unit="event"), "marker")]
    assert kinds == [Kind.MARKER, Kind.COMPONENT, Kind.PROCESS]


def test_components_without_times_are_compared_by_turn_and_not_as_events():
    one, other = (
        coded(
            rater,
            marked("thanks", None, 3, family=None, kind=Kind.COMPONENT),
            scheme=MIXED,
            times=False,
        )
        for rater in ("Ada", "Ben")
    )
    assert counts_of(agree([one, other]), "marker", "thanks") == (1, 0, 0, 10)
    told = agree([one, other], unit="event").results
    assert not [each for each in told if each.code == "thanks"]


def test_components_and_processes_count_in_rows_of_their_own_kind():
    found = agree(mixed(), rows="harper", levels=("row",))
    assert counts_of(found, "row", "quiet") == (1, 0, 0, 4)
    assert counts_of(found, "row", "mends") == (1, 0, 0, 10)
    assert found.settings["rows"] == "harper"
    assert {each.code for each in found.results if each.level == "row"} == {
        "quiet", "loud", "mends", None,
    }  # fmt: skip


def sessions():
    ada_, ben_ = ([about("late"), about("tired")], [about("late")], []), ([about("late")], [], [])
    return [
        with_marks(rater, str(n), *marks)
        for rater, each in (("Ada", ada_), ("Ben", ben_))
        for n, marks in enumerate(each, start=1)
    ]


def test_marks_about_the_session_are_compared_over_sessions_by_their_code():
    found = agree(sessions(), unit="session")
    assert counts_of(found, "marker", "late") == (1, 1, 0, 1)
    assert counts_of(found, "marker", "tired") == (0, 1, 0, 2)
    assert counts_of(found, "marker", "no-show") == (0, 0, 0, 3)
    assert counts_of(found, "any", None) == (0, 0, 0, 3)
    # po 2 / 3; late in 2 and 1 of 3: pe = 2 / 9 + 2 / 9.
    kappa = result(found, "cohen_kappa", "marker", "late").estimate
    assert kappa == pytest.approx((2 / 3 - 4 / 9) / (5 / 9))
    assert "marks_about_the_session" not in found.settings["left_out"]
    listed = moments(sessions(), found.plan, "marker")
    assert [(m.code, m.kind, m.at_ms) for m in listed if m.code == "late"] == [
        ("late", "agree", None), ("late", "only-first", None),
    ]  # fmt: skip


@pytest.mark.parametrize("unit", ["turn", "segment", "second", "event"])
def test_a_session_mark_has_no_place_among_smaller_units_and_is_named(unit):
    found = agree(sessions(), unit=unit)
    assert found.settings["left_out"]["marks_about_the_session"] == 4
    assert not [each for each in found.results if each.code == "late"]


def test_a_session_mark_nobody_made_is_not_listed():
    bare = [with_marks(rater, "1") for rater in ("Ada", "Ben")]
    assert not [e for e in agree(bare, unit="session").results if e.code in {"late", "tired"}]


def test_a_scheme_that_has_the_word_for_something_else_hides_the_session_mark():
    own = dataclasses.replace(MIXED, markers=(Marker("late", "Late reply", "manner"),))
    (codes,) = codes_beside("marker", [own], Plan(unit="session"))
    assert "late" not in codes.codes
    assert "no-show" in codes.codes


def test_a_level_that_schemes_do_not_have_says_why():
    assert codes_at("category", [SAMSTAG]).reason == "agreement_no_categories"
    assert codes_at("category", [REPAIR, SAMSTAG]).reason == "agreement_levels_differ"
    assert codes_at("row", [MIXED]).reason == "agreement_no_rows"
    assert codes_at("marker", [markers.session_level()]).reason == "agreement_no_codes"
    assert codes_at("row", [SAMSTAG, LARAWAY]).reason is None
    with pytest.raises(CoderError):
        behind.diagnosis(mixed(), Plan(), "category")


def test_schemes_are_compared_in_any_rows_that_both_lead_to():
    other = dataclasses.replace(
        MIXED,
        id="other",
        markers=(
            Marker("sulks", "Sulks", "manner", counts_as={"harper": "quiet"}),
            Marker("leaves", "Leaves", "manner", counts_as={"harper": "gone"}),
        ),
    )
    codings = (
        coded("Ada", marked("sighs", 25), scheme=MIXED),
        coded("Ben", marked("sulks", 25), marked("leaves", 65), scheme=other),
    )
    found = agree(codings, rows="harper", levels=("row", "marker"))
    assert counts_of(found, "row", "quiet") == (1, 0, 0, 4)
    # What one of them has no marker for is no disagreement.
    assert {e.code for e in found.results if e.level == "row"} == {"quiet", None}
    assert found.settings["left_out"] == {
        "marks_without_row_at_row_level": 1, "turns_of_backchannel": 1,
    }  # fmt: skip
    assert result(found, "percent", "marker", None).reason.key == "agreement_levels_differ"


def test_a_row_that_is_part_of_one_both_lead_to_counts_in_that():
    grouped = markers.load("3rs-2022")
    part = next(each for each in grouped.markers if each.part_of == "shutting-down")
    one = coded("Ada", marked("long-silence", 25), scheme=SAMSTAG)
    other = coded("Ben", marked(part.id, 25), scheme=grouped)
    assert SAMSTAG.marker("long-silence").counts_as["3rs-2022"] == "shutting-down"
    found = agree([one, other], rows="3rs-2022", levels=("row",))
    assert counts_of(found, "row", "shutting-down") == (1, 0, 0, 4)


def test_each_version_of_a_scheme_rolls_up_by_its_own_rules():
    newer = dataclasses.replace(
        MIXED,
        version="2",
        markers=tuple(
            dataclasses.replace(each, counts_as={"harper": "quiet"}, retired=True)
            for each in MIXED.markers[:2]
        ),
    )
    one, other = (
        coded(rater, marked("argues", 25), scheme=scheme)
        for rater, scheme in (("Ada", MIXED), ("Ben", newer))
    )
    found = agree([one, other], rows="harper", levels=("marker", "row"))
    assert counts_of(found, "marker", "argues") == (1, 0, 0, 4)  # retired, and still counted
    assert counts_of(found, "row", "quiet") == (0, 0, 1, 4)
    assert found.settings["schemes"] == ("mixed 1", "mixed 2")
    assert found.settings["left_out"]["marks_without_row_at_row_level"] == 1


def test_a_mark_whose_marker_is_gone_is_left_out_and_named():
    gone = [marked("gone", 25), component("gone", 35), process("gone", 35), about("gone")]
    one, other = coded("Ada", *gone, scheme=MIXED), coded("Ben", marked("sighs", 25), scheme=MIXED)
    for unit in ("turn", "segment", "second", "event", "session"):
        found = agree([one, other], unit=unit, rows="harper", levels=LEVELS[:1] + LEVELS[2:])
        assert found.settings["left_out"]["marks_undeclared_at_marker_level"] == (
            4 if unit == "session" else 3
        )
        for level in ("marker", "row", "any", None):
            moments([one, other], found.plan, level)


def test_ruptures_are_what_is_compared_where_a_scheme_has_any():
    assert kinds_of([MIXED]) == kinds_of([]) == RUPTURE_KINDS
    assert kinds_of([REPAIR]) == {Kind.COMPONENT}
    processes = dataclasses.replace(MIXED, markers=MIXED.markers[3:])
    assert kinds_of([processes]) == {Kind.PROCESS}


def test_rows_are_fixed_with_the_rest_and_bear_on_their_level_alone():
    kept = Plan(rows="harper-1989").fixed()
    assert departures(Plan(rows="harper-1989"), kept) == ()
    assert departures(Plan(), kept) == ("rows",)
    assert departures(Plan(levels=("any",)), kept) == ()
    # What was fixed before rows could be chosen was fixed with those of the form.
    before = {name: value for name, value in Plan().fixed().items() if name != "rows"}
    assert departures(Plan(), before) == ()
    assert departures(Plan(rows="harper-1989"), before) == ("rows",)
    assert Plan(rows="harper-1989").as_fixed(before).rows == "laraway-2015"
    assert Plan().as_fixed(kept).rows == "harper-1989"


def test_codes_are_named_and_told_apart_for_people():
    named = behind.labels(mixed(), "harper-1989")
    assert named["thanks"] == "Thanks"
    assert named["late"] == "Late"
    assert named["row denial"] == "Denial"
    assert not [name for name in behind.labels(mixed(), "harper") if name.startswith("row ")]
    assert behind.labels([coded("Ada", scheme=MIXED)], "mixed")["row sighs"] == "Sighs"
    kinds = behind.kinds(mixed(), "harper")
    assert (kinds["marker", "thanks"], kinds["row", "mends"]) == ("component", "component")
    assert (kinds["marker", "late"], kinds["marker", "warms"]) == ("session", "process")
    assert ("row", "mends") not in behind.kinds(mixed())


RATED = dataclasses.replace(
    MIXED,
    scales=(
        Scale("impact", "Impact", 1, 5, "segment", at_end=False),
        Scale("depth", "Depth", 1, 7, "episode", at_end=False),
    ),
)


def rated(rater, *values, scheme=RATED, scale="impact"):
    made = coded(rater, scheme=scheme)
    ratings = tuple(
        Rating(f"{rater}{n}", made.coding.id, scale, value, segment_ms=n * 60_000)
        for n, value in enumerate(values)
    )
    return dataclasses.replace(made, ratings=ratings)


def test_the_categories_of_a_rating_are_those_its_scale_declares():
    found = agree([rated("Ada", 1, 2, 5, 1), rated("Ben", 1, 5, 5, 2)])
    # Squared differences 0 9 0 1, their mean 2.5. By chance, of 1 1 2 5 and 1 2 5 5:
    # (0 + 1 + 16 + 16) + (0 + 1 + 16 + 16) + (1 + 0 + 9 + 9) + (16 + 9 + 0 + 0) = 110, / 16.
    told = result(found, "cohen_kappa_quadratic", None, "impact")
    assert told.estimate == pytest.approx(1 - 2.5 / (110 / 16))
    assert told.counts == {"targets": 4}
    assert found.settings["ratings"] == {"impact": "Impact, 1 to 5, of segments"}
    assert behind.labels([rated("Ada", 1)])["rating impact"] == "Impact"


def test_a_value_beyond_the_scale_of_another_version_is_a_category_too():
    wider = dataclasses.replace(RATED, version="2", scales=(Scale("impact", "Impact", 0, 9),))
    found = agree([rated("Ada", 0, 9), rated("Ben", 0, 5, scheme=wider)])
    assert found.settings["ratings"] == {"impact": "Impact, 0 to 9, of sessions"}
    beyond = agree([rated("Ada", 1, 8), rated("Ben", 1, 7)])
    assert result(beyond, "percent", None, "impact").estimate == 0.5


def test_a_scale_that_no_scheme_declares_has_the_values_that_were_given():
    found = agree([rated("Ada", 1, 4, scale="old"), rated("Ben", 1, 9, scale="old")])
    assert result(found, "percent", None, "old").estimate == 0.5
    assert "ratings" not in found.settings


def test_ratings_of_ruptures_are_compared_where_both_found_the_same_one():
    def with_episodes(rater, *rows):
        made = coded(rater, scheme=RATED)
        episodes = tuple(Episode(f"{rater}{n}", made.coding.id, n) for n, _, _ in rows)
        marks = tuple(
            dataclasses.replace(
                marked("sighs"), anchor=Anchor(start_ms=at), episodes=(episodes[n].id,)
            )
            for n, (_, at, _) in enumerate(rows)
        )
        ratings = tuple(
            Rating(f"r{rater}{n}", made.coding.id, "depth", value, episodes[n].id)
            for n, (_, _, value) in enumerate(rows)
            if value is not None
        )
        return dataclasses.replace(made, episodes=episodes, marks=marks, ratings=ratings)

    one = with_episodes("Ada", (1, 5000, 2), (2, 50_000, 6), (3, 90_000, 4))
    other = with_episodes("Ben", (1, 6000, 3), (2, 51_000, 6), (3, 91_000, None))
    found = agree([one, other])
    told = result(found, "percent", None, "depth")
    assert (told.estimate, told.counts) == (0.5, {"targets": 2})
    assert found.settings["ratings"] == {"depth": "Depth, 1 to 7, of ruptures both found"}
