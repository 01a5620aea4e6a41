"""Components by episode and session: the one rule, side by side, order and latency."""

import json
from pathlib import Path

import pytest

from coder.coding import (
    Anchor,
    CodedSession,
    Coding,
    CodingId,
    Episode,
    EpisodeId,
    Found,
    Kind,
    Mark,
    MarkId,
    Outcome,
    Presence,
    PresenceId,
    Rater,
    RaterId,
)
from coder.errors import CoderError
from coder.markers import checked, load
from coder.session import ParticipantId, Session, SessionId, Turn, TurnId, parse_clock
from coder.task_analysis import Basis, analyse, median_place, scheme_rows, to_json
from coder.words import say

SHARED = Path(__file__).parents[1] / ".." / "shared"
X, NO, NA, UNSEEN = Found.PRESENT, Found.NOT_PRESENT, Found.NOT_ANALYSED, Found.NOT_OBSERVABLE


def scheme(version="1.0", **more):
    """A model of two categories, the first with two parts, and one that cannot be observed."""
    column = {"column": "repair"}
    parts = [
        {"id": "link", "label": "Making links", **column},
        {"id": "link-session", "label": "In the session", "part_of": "link", **column},
        {"id": "link-life", "label": "In life", "part_of": "link", **column},
        {"id": "client", "label": "Client contribution", **column},
        {"id": "inner", "label": "Inner work", "observable": False, **column},
    ]
    content = {
        "id": "model",
        "version": version,
        "title": "A model",
        "source": "Ours",
        "markers": parts,
    }
    return checked({**content, **more}, "model")


MODEL = scheme()


class Made:
    """A rater's coding, built up by hand."""

    def __init__(self, scheme, session="P/1", rater="Ana", turns=()):
        participant, number = session.split("/")
        self.session = Session(SessionId(session), ParticipantId(participant), participant, number)
        self.rater = Rater(RaterId(rater), rater)
        self.scheme = scheme
        self.coding = Coding(
            CodingId(f"{session} {rater} {scheme.id}"),
            self.session.id,
            self.rater.id,
            scheme.id,
            scheme.version,
        )
        self.turns = tuple(turns)
        self.episodes, self.marks, self.presences = [], [], []

    def episode(self, number, after=None, before=None):
        made = EpisodeId(f"{self.coding.id} {number}")
        self.episodes.append(
            Episode(made, self.coding.id, number, outcome_after=after, outcome_before=before)
        )
        return self

    def mark(self, marker, at=None, *episodes, kind=Kind.COMPONENT, turns=(), anchor=True):
        start = parse_clock(at) if isinstance(at, str) else at
        where = Anchor(tuple(turns), start) if anchor else None
        mine = tuple(EpisodeId(f"{self.coding.id} {number}") for number in episodes)
        made = MarkId(f"{self.coding.id} mark {len(self.marks)}")
        self.marks.append(Mark(made, self.coding.id, kind, marker, anchor=where, episodes=mine))
        return self

    def enter(self, component, found, number=None):
        made = PresenceId(f"{self.coding.id} {len(self.presences)}")
        episode = None if number is None else EpisodeId(f"{self.coding.id} {number}")
        self.presences.append(Presence(made, self.coding.id, component, found, episode))
        return self

    @property
    def coded(self):
        return CodedSession(
            self.session, self.rater, self.coding, self.scheme, self.turns, tuple(self.episodes),
            tuple(self.marks), presences=tuple(self.presences),
        )  # fmt: skip


def ruptures(session="P/1", rater="Ana", turns=()):
    return Made(load("samstag-2003"), session, rater, turns)


def found(*made, component="client", by="episode", **more):
    """What is found of a component, column by column."""
    analysis = analyse([each.coded for each in made], MODEL, by=by, parts=True, **more)
    at = [row.id for row in analysis.rows].index(component)
    return [(c.cells[at].found, c.cells[at].basis, c.cells[at].marks) for c in analysis.columns]


# The rule


def test_marks_with_a_component_mean_that_it_is_present():
    made = Made(MODEL).episode(1).mark("client", "1:00", 1)
    assert found(made) == [(X, Basis.MARKS, 1)]
    assert found(made, by="session") == [(X, Basis.MARKS, 1)]


def test_what_was_entered_wins_over_marks():
    made = Made(MODEL).episode(1).mark("client", "1:00", 1).enter("client", NO, 1)
    assert found(made) == found(made, by="session") == [(NO, Basis.ENTERED, 1)]


def test_without_marks_a_component_is_not_present_or_not_observable_where_the_scheme_says_so():
    made = Made(MODEL).episode(1)
    assert found(made) == [(NO, Basis.SCHEME, 0)]
    assert found(made, component="inner") == [(UNSEEN, Basis.SCHEME, 0)]
    assert found(made.mark("inner", "1:00", 1), component="inner") == [(X, Basis.MARKS, 1)]


def test_a_session_without_a_coding_under_the_scheme_was_not_analysed():
    made = ruptures().episode(1)
    assert found(made) == found(made, by="session") == [(NA, Basis.NONE, 0)]


def test_a_component_that_a_version_of_the_scheme_has_not_was_not_analysed_under_it():
    older = scheme("0.9", markers=[{"id": "link", "label": "Making links", "column": "repair"}])
    assert found(Made(older).episode(1)) == [(NA, Basis.SCHEME, 0)]


def test_marks_with_a_part_mean_that_its_category_is_present():
    made = Made(MODEL).episode(1).mark("link-life", "1:00", 1).mark("link", "2:00", 1)
    assert found(made, component="link") == [(X, Basis.MARKS, 2)]
    assert found(made, component="link-session") == [(NO, Basis.SCHEME, 0)]
    entered = Made(MODEL).episode(1).enter("link-life", X, 1)
    assert found(entered, component="link") == [(X, Basis.ENTERED, 0)]
    # A part that was entered as not present does not make its category present by its marks.
    other = Made(MODEL).episode(1).mark("link-life", "1:00", 1).enter("link-life", NO, 1)
    assert found(other, component="link") == [(NO, Basis.SCHEME, 1)]
    assert found(other.enter("link", X, 1), component="link") == [(X, Basis.ENTERED, 1)]


def test_what_is_entered_for_a_session_holds_for_its_episodes():
    made = Made(MODEL).episode(1).episode(2).enter("client", X)
    assert found(made) == [(X, Basis.ENTERED, 0)] * 2
    assert found(made, by="session") == [(X, Basis.ENTERED, 0)]
    assert found(made.enter("client", NO, 2))[1] == (NO, Basis.ENTERED, 0)


def test_where_marks_show_the_episode_what_is_entered_for_the_session_is_of_that_one():
    made = Made(MODEL).episode(1).episode(2).enter("client", X).mark("client", "1:00", 2)
    assert [each[0] for each in found(made)] == [NO, X]
    none = Made(MODEL).episode(1).enter("client", NO).mark("client", "1:00", 1)
    assert found(none) == [(NO, Basis.ENTERED, 1)]


def test_a_session_has_what_any_of_its_episodes_has():
    made = Made(MODEL).episode(1).episode(2).enter("client", NA, 1).enter("client", NO, 2)
    assert found(made, by="session") == [(NO, Basis.ENTERED, 0)]
    assert found(made.mark("link", "1:00", 2), component="link", by="session")[0][0] == X
    unseen = Made(MODEL).episode(1).enter("client", NA, 1)
    assert found(unseen, by="session") == [(NA, Basis.ENTERED, 0)]


def test_marks_of_no_episode_are_of_the_only_one_and_else_of_the_session_alone():
    assert found(Made(MODEL).mark("client", "1:00"), ruptures().episode(1)) == [(X, Basis.MARKS, 1)]
    two = Made(MODEL).episode(1).episode(2).mark("client", "1:00")
    assert [each[0] for each in found(two)] == [NO, NO]
    assert found(two, by="session") == [(X, Basis.MARKS, 1)]
    assert analyse([two.coded], MODEL).loose == 1
    assert analyse([two.coded], MODEL, by="session").loose == 0


def test_a_participant_has_what_any_of_their_sessions_has():
    first, second = (
        Made(MODEL, "P/1").mark("client", "1:00"),
        Made(MODEL, "P/2").enter("client", NA),
    )
    other = Made(MODEL, "Q/1").enter("client", NA)
    cells = found(first, second, other, by="participant")
    assert cells == [(X, Basis.MARKS, 1), (NA, Basis.ENTERED, 0)]


# Joining


def test_episodes_are_joined_to_the_same_raters_coding_of_ruptures_by_number():
    repair = Made(MODEL).episode(2).mark("client", "1:00", 2)
    rupture = ruptures().episode(1, Outcome.NOT).episode(2, Outcome.REPAIRED)
    other = ruptures(rater="Ben").episode(1, Outcome.PARTLY)
    analysis = analyse([repair.coded, rupture.coded, other.coded], MODEL)
    told = [(c.label, c.number, c.outcome, c.ruptures_by, c.state) for c in analysis.columns]
    assert told == [
        ("P/1 #1 · Ana", 1, "not", "samstag-2003", "in progress"),
        ("P/1 #2 · Ana", 2, "repaired", "samstag-2003", "in progress"),
        ("P/1 #1 · Ben", 1, "partly", "samstag-2003", "none"),
    ]
    assert analysis.raters == ("Ana", "Ben")
    assert analysis.compared == ()  # an episode would count twice


def test_the_outcome_is_that_of_the_ruptures_coding_after_the_feedback_else_before_else_the_repairs():
    repair = Made(MODEL).episode(1, Outcome.REPAIRED).episode(2, Outcome.PARTLY).episode(3)
    rupture = ruptures().episode(1, Outcome.NOT, Outcome.REPAIRED).episode(2)
    before = ruptures("P/2").episode(1, None, Outcome.CANNOT_TELL)
    analysis = analyse([repair.coded, rupture.coded, before.coded], MODEL)
    assert [c.outcome for c in analysis.columns] == ["not", "partly", "not-given", "cannot-tell"]


def test_a_session_whose_episodes_differ_is_in_neither_group():
    rupture = ruptures().episode(1, Outcome.NOT).episode(2, Outcome.REPAIRED)
    alike = ruptures("P/2").episode(1, Outcome.NOT).episode(2, Outcome.NOT)
    analysis = analyse([rupture.coded, alike.coded], MODEL, by="session")
    assert [c.outcome for c in analysis.columns] == ["mixed", "not"]
    people = analyse([rupture.coded, alike.coded], MODEL, by="participant")
    assert [c.outcome for c in people.columns] == ["mixed"]


def test_of_several_codings_of_ruptures_it_is_the_first_with_episodes():
    empty, full = ruptures(), Made(load("laraway-2015")).episode(1, Outcome.NOT)
    for codings in ([empty.coded, full.coded], [full.coded, empty.coded]):
        analysis = analyse(codings, MODEL)
        assert [(c.ruptures_by, c.outcome) for c in analysis.columns] == [("laraway-2015", "not")]
    assert analyse([empty.coded], MODEL, by="session").columns[0].ruptures_by == "samstag-2003"


def test_a_scheme_with_ruptures_and_components_is_joined_to_itself():
    three = (
        Made(load("3rs-2015"))
        .episode(1, Outcome.REPAIRED)
        .mark("denial", "1:00", 1, kind=Kind.MARKER)
    )
    analysis = analyse([three.coded, ruptures().episode(1, Outcome.NOT).coded], load("3rs-2015"))
    (column,) = analysis.columns
    assert (column.outcome, column.ruptures_by, len(column.ruptures)) == ("repaired", "3rs-2015", 1)
    assert all(row.kind == "component" for row in analysis.rows)


def test_rows_are_those_the_scheme_names_else_categories_and_never_retired_ones():
    assert scheme_rows(MODEL) == ("link", "client", "inner")
    assert scheme_rows(MODEL, parts=True) == (
        "link",
        "link-session",
        "link-life",
        "client",
        "inner",
    )
    assert scheme_rows(scheme(prevalence=["link-life", "client"])) == ("link-life", "client")
    assert len(scheme_rows(load("samstag-2003"))) == 38
    markers = [dict(each, retired=each["id"] == "client") for each in MODEL.content["markers"]]
    assert scheme_rows(scheme(markers=markers, prevalence=["client", "link"])) == ("link",)


def test_only_the_episodes_that_are_named_are_looked_at():
    made = [ruptures(f"P/{n}").episode(1, Outcome.NOT).episode(2).coded for n in (1, 2)]
    labels = [c.label for c in analyse(made, MODEL, only=["p/2#1", " P/1#2 "]).columns]
    assert labels == ["P/1 #2", "P/2 #1"]
    for wrong, key in ((["P/1#3"], "analysis_no_episode"), (["P/1"], "analysis_no_episode")):
        with pytest.raises(CoderError) as told:
            analyse(made, MODEL, only=wrong)
        assert (told.value.key, bool(say(told.value))) == (key, True)
    with pytest.raises(CoderError) as told:
        analyse(made, MODEL, by="session", only=["P/1#1"])
    assert told.value.key == "analysis_of_episodes"


# Side by side


def several(*rows):
    """Sessions with one episode each: its outcome, and the components entered as present."""
    for n, (outcome, *present) in enumerate(rows, 1):
        made = Made(MODEL, f"P/{n}").episode(1, outcome)
        for component in present:
            made.enter(component, X, 1)
        yield made.coded


def test_what_is_in_every_repaired_and_every_unrepaired_episode_does_not_distinguish():
    rows = (
        (Outcome.REPAIRED, "link", "client"),
        (Outcome.REPAIRED, "link", "client"),
        (Outcome.NOT, "link"),
    )
    analysis = analyse(several(*rows), MODEL)
    told = {each.component: (each.remark, each.distinguishes) for each in analysis.compared}
    assert told == {
        "link": ("not distinguishing", False),
        "client": ("in every repaired, in no unrepaired", True),
        "inner": ("not analysed in both groups", None),
    }
    assert analysis.groups == {"repaired": 2, "not": 1}


def test_one_episode_without_it_is_enough_to_distinguish_and_one_not_analysed_is_not():
    rows = [(Outcome.REPAIRED, "link"), (Outcome.NOT, "link"), (Outcome.NOT,)]
    assert analyse(several(*rows), MODEL).compared[0].remark == ""
    not_analysed = [
        *several(*rows[:2]),
        Made(MODEL, "P/9").episode(1, Outcome.NOT).enter("link", NA, 1).coded,
    ]
    assert analyse(not_analysed, MODEL).compared[0].remark == "not distinguishing"


def test_partly_and_cannot_tell_are_counted_apart():
    rows = (
        (Outcome.PARTLY, "link"),
        (Outcome.CANNOT_TELL,),
        (None, "link"),
        (Outcome.REPAIRED, "link"),
    )
    (link, *_) = analyse(several(*rows), MODEL).compared
    counts = {
        name: (each.present, each.not_present, each.analysed) for name, each in link.groups.items()
    }
    assert counts == {
        "repaired": (1, 0, 1), "not": (0, 0, 0), "partly": (1, 0, 1), "cannot-tell": (0, 1, 1),
        "not-given": (1, 0, 1),
    }  # fmt: skip
    assert link.remark == "not analysed in both groups"


# Order and latency


def timed(*made, **more):
    (one,) = analyse([each.coded for each in made], MODEL, **more).timed
    return one


def span(told, end="first", kind="any"):
    found = told.to_repair[end, kind]
    return found.reason if found.ms is None else found.ms


def test_order_is_by_first_marks_and_what_comes_together_shares_its_place():
    made = Made(MODEL).episode(1).mark("client", "5:00", 1).mark("client", "1:00", 1)
    made.mark("link-life", "1:00", 1).mark("inner", "3:00", 1)
    firsts = timed(made).firsts
    assert [(each.ms, each.place) for each in firsts] == [
        (60_000, 1.5),
        (60_000, 1.5),
        (180_000, 3.0),
    ]


def test_median_places_are_over_the_columns_in_which_a_component_comes():
    one = Made(MODEL, "P/1").mark("client", "1:00").mark("link", "2:00")
    two = Made(MODEL, "P/2").mark("link", "1:00").mark("inner", "2:00").mark("client", "3:00")
    analysis = analyse([one.coded, two.coded], MODEL, by="session")
    places = [median_place([each.firsts[at] for each in analysis.timed]) for at in range(3)]
    assert places == [(1.5, 2), (2.0, 2), (2.0, 1)]
    assert median_place([]) == (None, 0)
    spans = {
        (b.start, b.end): (b.n, b.median_ms, b.low_ms, b.high_ms, b.reason)
        for b in analysis.between
    }
    # From link to client: 2:00 to 1:00 is a minute back, 1:00 to 3:00 two on.
    assert spans["link", "client"] == (2, 30_000.0, -60_000, 120_000, "")
    assert spans["link", "inner"] == (1, 60_000.0, 60_000, 60_000, "")
    assert analyse([one.coded], MODEL, by="session").between[1].reason == "never both timed"


def test_what_is_absent_or_untimed_has_no_first_and_says_why():
    turns = [Turn(TurnId(str(n)), n, n, "C", "Well.") for n in (1, 2, 3)]
    made = (
        Made(MODEL, turns=turns).mark("client", None, turns=["3"]).mark("link", None, turns=["2"])
    )
    told = timed(made, by="session").firsts
    # Without any time the order is by turn.
    assert [(each.ms, each.place, each.reason) for each in told] == [
        (None, 1.0, "untimed"), (None, 2.0, "untimed"), (None, None, "no mark"),
    ]  # fmt: skip
    mixed = timed(made.mark("inner", "0:10"), by="session").firsts
    assert [(each.ms, each.place) for each in mixed] == [(None, None), (None, None), (10_000, 1.0)]
    about = Made(MODEL).mark("client", None, anchor=False)
    assert timed(about, by="session").firsts[1].reason == "no mark"
    assert (
        timed(Made(MODEL).mark("client", None, turns=["gone"]), by="session").firsts[1].place
        is None
    )


def test_a_mark_without_a_time_of_its_own_begins_with_its_turn():
    turns = [Turn(TurnId("a"), 1, 1, "C", "Well.", 7000)]
    made = Made(MODEL, turns=turns).mark("client", None, turns=["a"])
    assert timed(made, by="session").firsts[1].ms == 7000


def test_latency_is_from_the_first_rupture_mark_to_the_first_repair_not_before_it():
    rupture = ruptures().episode(1)
    for at in ("2:00", "3:00"):
        rupture.mark("denial", at, 1, kind=Kind.MARKER)
    rupture.mark(None, "1:00", 1, kind=Kind.STATEMENT)  # before any rupture: it answers none
    rupture.mark(None, "6:00", 1, kind=Kind.SHIFT).mark(None, "9:00", 1, kind=Kind.STATEMENT)
    repair = Made(MODEL).episode(1).mark("client", "2:30", 1)
    told = timed(rupture, repair)
    assert span(told) == 30_000
    assert span(told, kind="component") == 30_000
    assert span(told, kind="shift") == 240_000
    assert span(told, kind="statement") == 420_000
    assert span(told, "last") == 180_000
    first = told.to_repair["first", "any"]
    assert (first.from_ms, first.to_ms) == (120_000, 150_000)


def test_a_latency_that_cannot_be_told_says_why():
    assert span(timed(Made(MODEL).episode(1))) == "no rupture mark"
    marked = ruptures().episode(1).mark("denial", "1:00", 1, kind=Kind.MARKER)
    assert span(timed(marked)) == "no repair after it"
    assert span(timed(marked.mark(None, None, 1, kind=Kind.STATEMENT))) == "untimed"
    untimed = ruptures().episode(1).mark("denial", None, 1, kind=Kind.MARKER)
    assert span(timed(untimed.mark("denial", "1:00", 1, kind=Kind.FLAG))) == "untimed"
    assert timed(untimed).followed.untimed == 1
    # What is said of the session as a whole stands nowhere in it.
    late = ruptures().episode(1).mark("denial", None, 1, kind=Kind.MARKER, anchor=False)
    assert span(timed(late)) == "no rupture mark"


def test_marks_of_other_episodes_do_not_count_and_a_repair_may_answer_several():
    rupture = ruptures().episode(1).episode(2)
    rupture.mark("denial", "1:00", 1, kind=Kind.MARKER).mark("denial", "2:00", 2, kind=Kind.MARKER)
    rupture.mark(None, "3:00", 2, kind=Kind.STATEMENT).mark(None, "4:00", 1, 2, kind=Kind.SHIFT)
    one, two = analyse([rupture.coded], MODEL).timed
    assert (span(one), span(two), span(two, kind="shift")) == (180_000, 60_000, 120_000)


def test_the_share_followed_is_of_timed_rupture_marks_and_states_its_window():
    rupture = ruptures().episode(1)
    for at in ("1:00", "1:50", "2:00", "5:00", None):
        rupture.mark("denial", at, 1, kind=Kind.MARKER)
    rupture.mark(None, "2:00", 1, kind=Kind.STATEMENT)
    told = timed(rupture, window_s=60).followed
    assert (told.n, told.timed, told.untimed, told.window_s, told.share) == (3, 4, 1, 60, 0.75)
    assert timed(rupture, window_s=0).followed.n == 1
    assert timed(Made(MODEL).episode(1)).followed.share is None
    analysis = analyse([rupture.coded], MODEL, window_s=59.5)
    assert "at most 59.5 s later (start to start)." in analysis.definitions["Followed"]
    # 1.001 s are 1001 ms, though 1000 · 1.001 is less by a rounding of floats
    near = ruptures().episode(1).mark("denial", 10_000, 1, kind=Kind.MARKER)
    near.mark(None, 11_001, 1, kind=Kind.STATEMENT)
    assert timed(near, window_s=1.001).followed.n == 1
    rupture.mark(None, None, 1, kind=Kind.SHIFT)  # it may have followed any of them
    told = timed(rupture, window_s=60).followed
    assert (told.n, told.untimed, told.untimed_repairs) == (3, 1, 1)
    for wrong in (-1, 36_001, float("nan")):
        with pytest.raises(CoderError) as refused:
            analyse([rupture.coded], MODEL, window_s=wrong)
        assert refused.value.key == "analysis_window"


def test_a_participants_sessions_have_no_common_clock_and_so_no_times():
    rupture = ruptures().episode(1).mark("denial", "1:00", 1, kind=Kind.MARKER)
    analysis = analyse([rupture.coded], MODEL, by="participant")
    assert (analysis.timed, to_json(analysis)["to_repair"]) == ((), [])


def test_everything_is_told_as_plain_values_with_its_definitions():
    made = Made(MODEL).episode(1, Outcome.REPAIRED).mark("client", "1:00", 1)
    rupture = ruptures().episode(1).mark("denial", "0:30", 1, kind=Kind.MARKER)
    data = json.loads(json.dumps(to_json(analyse([made.coded, rupture.coded], MODEL))))
    assert (data["scheme"], data["unit"], data["raters"], data["groups"]) == (
        "model", "episode", ["Ana"], {"repaired": 1, "not": 0},
    )  # fmt: skip
    cell = data["components"][1]
    assert (cell["component"], cell["found"], cell["by"], cell["marks"], cell["first_ms"]) == (
        "client", "present", "marks", 1, 60_000,
    )  # fmt: skip
    assert (data["to_repair"][0]["first_to_any_ms"], data["to_repair"][0]["share_followed"]) == (
        30_000,
        1.0,
    )
    assert {"Unit", "Present", "Outcome", "Followed"} <= data["definitions"].keys()


@pytest.mark.shared
def test_the_published_forms_first_marker_is_answered_after_ten_minutes_thirty_eight_seconds():
    kept = json.loads((SHARED / "data" / "p3s2" / "forms.json").read_text(encoding="utf-8"))
    rupture = Made(load("laraway-2015")).episode(1)
    for each in kept["rupture_form"]["markers"]:
        for at in each["times"]:
            rupture.mark(rupture.scheme.marker(each["marker"]).id, at, 1, kind=Kind.MARKER)
    for each in kept["repair_form"]["statements_of_understanding"]:
        rupture.mark(None, each["time"], 1, kind=Kind.STATEMENT)
    for at in kept["repair_form"]["affective_shift"]["times"]:
        rupture.mark(None, at, 1, kind=Kind.SHIFT)
    told = timed(rupture, window_s=638)
    assert span(told, kind="statement") == span(told) == (10 * 60 + 38) * 1000
    assert span(told, "last") == (5 * 60 + 15) * 1000
    assert (told.followed.n, told.followed.timed) == (8, 8)
    # 1:02:15 to 1:07:30 is 315 s, 1:01:42 to 1:07:30 is 348 s.
    assert [timed(rupture, window_s=w).followed.n for w in (300, 315, 348)] == [0, 1, 2]


def test_no_cells_together_were_not_analysed():
    from coder.task_analysis.presence import NO_CODING, combined

    assert combined(()) == NO_CODING
