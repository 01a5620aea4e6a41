"""An open study: every act is logged once, undone by whom it was done, and seen by whom it may be."""

import ast
import dataclasses
import inspect
import shutil
import threading
from datetime import date
from pathlib import Path

import pytest
from data import make_studies
from data.make_studies import ADA, BEN, CANARY, coding, held, mark, session

from coder import clock, imports, markers, measures, people
from coder.coding import Change, Kind, Relationship, State, StudySetting, alter, place, submit
from coder.errors import CoderError
from coder.measures import thresholds
from coder.session import Instrument, Purpose, Role, Session, SessionId, Use
from coder.store.file import StudyFile
from coder.study import LEAD, Study, keep_generations, search
from coder.words import say


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "s.rupture"
    make_studies.make(path).close()
    return path


@pytest.fixture
def study(made, tmp_path):
    with Study.open(Path(shutil.copy(made, tmp_path))) as study:
        yield study


def refusal(act, *args, **more):
    with pytest.raises(CoderError) as fault:
        act(*args, **more)
    assert say(fault.value)
    return fault.value.key


def flag(study, name, rater=ADA):
    """Have a rater flag something."""
    of = coding(rater)
    kept = mark(of, name, 2, kind=Kind.FLAG, marker=None)
    study.apply(place(of, kept, name))
    return kept


def names(study, rater=ADA):
    return [each.id.rpartition("-")[2] for each in study.marks(coding(rater).id)]


# Making and opening


def test_a_new_study_is_blind_and_holds_its_schemes(tmp_path):
    with Study.create(tmp_path / "s.rupture", ["laraway-2015", "samstag-2003"]) as study:
        assert study.blind
        assert [scheme.id for scheme in study.schemes()] == ["laraway-2015", "samstag-2003"]
        assert study.scheme() == study.scheme("laraway-2015") == markers.load("laraway-2015")
        (entry,) = study.entries()
        assert (entry.what, entry.kind, entry.by) == ("make the study", "final", None)
        assert study.next_acts(LEAD) == (None, None)
        assert study.undo(LEAD) is study.redo(LEAD) is None


def test_an_unknown_scheme_makes_no_study(tmp_path):
    assert refusal(Study.create, tmp_path / "s.rupture", ["nonsense"]) == "unknown_scheme"
    assert list(tmp_path.iterdir()) == []


def test_a_study_names_the_schemes_it_has(study):
    with pytest.raises(CoderError, match="scheme_not_in_study") as fault:
        study.scheme("samstag-2003")
    assert fault.value.where["known"] == "small"


def test_of_two_versions_of_a_scheme_the_newest_is_used(study):
    content = make_studies.SCHEME | {"version": "2"}
    newer = dataclasses.replace(make_studies.first().added[1], id="2", version="2", content=markers.to_json(markers.from_content(content)))  # fmt: skip
    study.apply(Change("add", added=(newer,)), "final")
    assert study.scheme("small").version == "2"
    assert study.scheme().version == "2"
    assert study.scheme("small", "1").version == "1"


# Everything that changes anything


ACTS = {
    "apply": lambda study, _: flag(study, "a"),
    "undo": lambda study, _: study.undo(ADA.id),
    "redo": lambda study, _: study.redo(ADA.id),
    "note": lambda study, _: study.note("export", ADA.id),
    "pass_over": lambda study, _: study.pass_over(ADA.id),
    "unblind": lambda study, _: study.unblind(LEAD, "all is coded"),
    "add_rater": lambda study, _: study.add_rater("Cy"),
    "begin_coding": lambda study, _: study.begin_coding(study.session("P1/2"), ADA, study.scheme()),
    "import_session": lambda study, folder: imports.import_session(study, folder / "a.txt", imports.Request("P2", "1")),
    "add_recording": lambda study, folder: imports.add_recording(study, study.session("P1/2"), folder / "a.wav", 0),
    "relink": lambda study, folder: imports.relink(study, study.recordings(study.session("P1/2").id)[-1], folder / "b.wav"),
    "set_roles": lambda study, _: imports.set_roles(study, study.session("P1/2"), {"T": Role.OTHER}),
    "set_clock_start": lambda study, _: clock.set_clock_start(study, study.session("P1/2"), 7000),
    "set_purpose": lambda study, _: imports.set_purpose(study, study.session("P1/2"), Purpose.CALIBRATION),
    "delete_session": lambda study, _: imports.delete_session(study, study.session("P1/1")),
    "define": lambda study, _: measures.define(study, SUDS),
    "enter": lambda study, _: measures.enter(study, "P1/2", "srs", {"total": 30}),
    "delete": lambda study, _: measures.delete(study, study.session("P1/1"), "srs"),
    "take_in": lambda study, folder: measures.take_in(study, folder / "m.csv"),
    "keep": lambda study, _: thresholds.keep(study, thresholds.adjusted(thresholds.DEFAULTS, {"srs_total": 30})),
    "add_therapist": lambda study, _: people.add_therapist(study, "T2"),
    "rename_therapist": lambda study, _: people.rename_therapist(study, people.therapist(study, "T1"), "T2"),
    "set_therapist": lambda study, _: people.set_therapist(study, study.sessions(), people.therapist(study, "T1")),
    "declare": lambda study, _: people.declare(study, ADA, people.therapist(study, "T1"), Relationship.SELF, ADA.id),
    "record_consent": lambda study, _: people.record_consent(study, people.participant_or_new(study, "P9"), people.Terms(Use.TRAINING, DAY)),
    "end_consent": lambda study, _: people.end_consent(study, people.participant(study, "P1"), None, withdrawn=DAY),
}  # fmt: skip
DAY = date(2026, 1, 31)
SUDS = Instrument("suds", "Distress", 0.0, 100.0, higher_is_better=False)


def changing(source):
    """The public functions that change a study, found in the source: nobody need remember them."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(source))):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            called = {
                each.func.attr
                for each in ast.walk(node)
                if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)
            }
            found |= {node.name} if called & {"apply", "note"} else set()
    return found


def test_every_act_there_is_is_tried_here():
    import coder.study

    found = changing(coder.study) | changing(imports) | changing(clock)
    for part in (measures.entering, measures.importing, measures.defining, thresholds, people):
        found |= changing(part)
    assert found == set(ACTS)


def wav(path, seconds, value=b"\x00\x00"):
    import wave

    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(value * 8000 * seconds)


@pytest.fixture
def ready(study):
    """A study in which every act can be tried, and the files for it."""
    folder = study.path.parent
    (folder / "a.txt").write_text("T: How are you today?\nC: Fine, I suppose.\n" * 3)
    wav(folder / "a.wav", 2)
    study.apply(Change("import", added=session("2")[1:]), "final")
    imports.add_recording(study, study.session("P1/2"), folder / "a.wav", 5000)
    shutil.copy(folder / "a.wav", folder / "b.wav")
    measures.enter(study, "P1/1", "srs", {"total": 38})
    (folder / "m.csv").write_text("session,srs\nP3/1,37\n")
    people.add_therapist(study, "T1")
    people.record_consent(
        study, people.participant(study, "P1"), people.Terms(Use.SUPERVISION, DAY)
    )
    return study, folder


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_one_entry(ready, act):
    study, folder = ready
    before = study.entries()
    ACTS[act](study, folder)
    after = study.entries()
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1
    assert study.file_problems() == []


@pytest.mark.parametrize("act", ACTS)
def test_every_act_that_fails_before_its_commit_changes_nothing(ready, act, monkeypatch):
    study, folder = ready
    before = held(study)

    def fails(*_args, **_more):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("coder.store.log.append", fails)
        with pytest.raises(ZeroDivisionError):
            ACTS[act](study, folder)
    assert held(study) == before
    ACTS[act](study, folder)
    assert held(study) != before


def test_an_act_is_logged_with_who_and_what_and_when(study):
    kept = flag(study, "Denial")
    entry = study.entries()[-1]
    assert (entry.by, entry.kind, entry.what) == (ADA.id, "change", "flag Denial at 0:10")
    assert entry.at > "2026"
    study.apply(alter(coding(ADA), kept, dataclasses.replace(kept, note="n"), "note Denial"))
    old, new = (study._file.change(study.entries()[-1]) for _ in "ab")
    assert (old.removed, new.added) == ((kept,), (dataclasses.replace(kept, note="n"),))


def test_a_change_is_announced_once_after_its_commit_also_to_the_one_who_made_it(study):
    heard = []

    def listen(change):
        heard.append((change.what, study.entries()[-1].what, bool(change.at)))

    study.listen(listen)
    flag(study, "a")
    study.undo(ADA.id)
    study.redo(ADA.id)
    study.add_rater("Cy")
    acts = ["flag a at 0:10", "flag a at 0:10", "flag a at 0:10", "add a coder"]
    assert heard == [(act, act, True) for act in acts]
    with pytest.raises(CoderError):
        study.apply(Change("never so", removed=(mark(coding(ADA), "x"),)))
    study.note("no change", None)
    assert len(heard) == 4


# Undo


def test_undo_and_redo_are_named_and_survive_a_restart(study):
    for name in "abc":
        flag(study, name)
    assert study.next_acts(ADA.id) == ("flag c at 0:10", None)
    assert study.undo(ADA.id).what == "flag c at 0:10"
    assert study.next_acts(ADA.id) == ("flag b at 0:10", "flag c at 0:10")
    path = study.path
    study.close()
    with Study.open(path) as again:
        assert again.next_acts(ADA.id) == ("flag b at 0:10", "flag c at 0:10")
        assert again.undo(ADA.id).removed[0].id.endswith("-b")
        assert again.redo(ADA.id).added[0].id.endswith("-b")
        assert again.redo(ADA.id).what == "flag c at 0:10"
        assert again.redo(ADA.id) is None
        assert names(again)[-3:] == ["a", "b", "c"]


def test_raters_undo_their_own_acts_whatever_others_do_between(study):
    cy = study.add_rater("Cy")
    his = study.begin_coding(study.session("P1/1"), cy, study.scheme())
    for n in range(3):
        flag(study, f"ada{n}")
        study.apply(place(his, mark(his, f"cy{n}", 4), f"cy{n}"))
        study.apply(Change("rename", added=session(str(n + 5))[1:]))
    assert study.undo(ADA.id).what == "flag ada2 at 0:10"
    assert study.undo(cy.id).what == "mark cy2 at 0:20"
    assert study.undo(ADA.id).what == "flag ada1 at 0:10"
    assert study.undo(LEAD).what == "rename"
    assert names(study)[-1] == "ada0"
    assert len(study.marks(his.id)) == 2
    assert len(study.sessions()) == 3
    assert study.redo(ADA.id).what == "flag ada1 at 0:10"
    assert study.entries()[-1].by == ADA.id


def test_something_new_ends_what_could_be_redone(study):
    flag(study, "a")
    study.undo(ADA.id)
    flag(study, "b")
    assert study.redo(ADA.id) is None
    assert study.next_acts(ADA.id) == ("flag b at 0:10", None)


def test_undo_is_refused_when_the_state_is_no_longer_what_the_act_left(study):
    """A mark that another act (of the lead, here) has altered since is not taken away unseen."""
    kept = flag(study, "a")
    study.apply(Change("put right", (kept,), (dataclasses.replace(kept, note="lead"),)))
    assert refusal(study.undo, ADA.id) == "changed_meanwhile"
    assert study.next_acts(ADA.id) == ("flag a at 0:10", None)
    assert study.undo(LEAD).what == "put right"
    assert study.undo(ADA.id).what == "flag a at 0:10"


def test_nothing_of_a_submitted_coding_is_undone_or_redone(study):
    flag(study, "a")
    flag(study, "b")
    study.undo(ADA.id)
    study.apply(submit(coding(ADA)), "final")
    assert refusal(study.undo, ADA.id) == "coding_submitted"
    assert refusal(study.redo, ADA.id) == "coding_submitted"
    assert refusal(flag, study, "c") == "coding_submitted"
    assert study.next_acts(ADA.id) == (None, None)
    assert names(study)[-1] == "a"


def test_an_act_that_cannot_be_undone_is_passed_over_for_good(study):
    kept = flag(study, "a")
    study.apply(Change("put right", (kept,), (dataclasses.replace(kept, note="lead"),)))
    study.pass_over(ADA.id)
    assert (study.entries()[-1].what, study.entries()[-1].kind) == ("keep: flag a at 0:10", "skip")
    assert study.next_acts(ADA.id)[0] == "mark shift at 0:00"
    path = study.path
    study.close()
    with Study.open(path) as again:
        assert again.undo(ADA.id).what == "mark shift at 0:00"
        assert names(again)[-1] == "a"
        for _ in range(9):
            again.pass_over(ADA.id)
        assert again.next_acts(ADA.id)[0] is None
        entries = len(again.entries())
        again.pass_over(ADA.id)
        assert len(again.entries()) == entries
        assert again.file_problems() == []


def test_an_import_that_is_coded_already_is_not_undone(study):
    assert study.next_acts(LEAD)[0] == "import session P1/1"
    with pytest.raises(CoderError, match="left_loose") as fault:
        study.undo(LEAD)
    assert "such as a coding without its session" in say(fault.value)
    assert [each.address for each in study.sessions()] == ["P1/1"]


def test_what_was_erased_is_not_undone(study):
    (erased,) = [
        entry
        for entry in study.entries()
        if entry.what == "mark shift at 0:00" and entry.kind == "change"
    ]
    study._file._raw.execute("DELETE FROM log_content WHERE seq = ?", (erased.seq,))
    assert study.next_acts(ADA.id)[0] == "mark shift at 0:00"
    with pytest.raises(CoderError, match="content_erased") as fault:
        study.undo(ADA.id)
    assert "“mark shift at 0:00” cannot be undone" in say(fault.value)
    assert study.file_problems() == []


def test_acts_of_several_threads_leave_what_can_be_undone_as_the_log_has_it(study):
    """The window marks in one thread and begins codings in another."""
    gone = []

    def marks():
        for n in range(40):
            flag(study, f"t{n}")

    def final():
        for n in range(40):
            study.apply(Change("final", added=(StudySetting(str(n), ""),), by=ADA.id), "final")
            gone.append(study.next_acts(ADA.id))

    threads = [threading.Thread(target=each) for each in (marks, final)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert study._acts_of(ADA.id) == study._file.acts(ADA.id)
    assert study.next_acts(ADA.id)[0] == "flag t39 at 0:10"
    assert len(gone) == 40


# Raters


def test_a_rater_is_found_by_name_whatever_its_case(study):
    assert study.rater(" ben ZOË ") == BEN
    with pytest.raises(CoderError, match="unknown_rater") as fault:
        study.rater("Cy")
    assert fault.value.where["known"] == "Ada, Ben Zoë"


def test_in_a_study_of_nobody_nobody_is_known(tmp_path):
    with Study.create(tmp_path / "s.rupture", ["laraway-2015"]) as study:
        with pytest.raises(CoderError) as fault:
            study.rater("Ada")
        assert fault.value.where["known"] == "nobody yet"
        with pytest.raises(CoderError) as fault:
            study.session("P1/1")
        assert fault.value.where["known"] == "none yet"
        assert study.codings(LEAD) == study.coded(LEAD) == study.participants() == []


def test_a_rater_is_added_once(study):
    entries = len(study.entries())
    assert study.add_rater("  ADA ") == ADA
    cy = study.add_rater("Cy  von   Z")
    assert cy.name == "Cy von Z"
    assert study.add_rater("cy von z") == cy
    assert len(study.entries()) == entries + 1
    assert study.rater_or_new("Di").name == "Di"
    assert len(study.raters()) == 3


@pytest.mark.parametrize("name", ["", "  ", "Lead", "CONSENSUS", "x" * 101, "\x00"])
def test_what_is_no_name_makes_no_rater(study, name):
    assert refusal(study.add_rater, name) == "rater_name_taken"


# Sessions


def test_sessions_come_by_participant_and_number_as_people_count(study):
    for participant, number in (("P1", "10"), ("P1", "9"), ("P10", "1"), ("P2", "b"), ("P2", "1"), ("2", "1")):  # fmt: skip
        items = session(number, participant)
        known = {each.id for each in study.participants()}
        study.apply(Change("import", added=tuple(each for each in items if each.id not in known)))
    addresses = [each.address for each in study.sessions()]
    assert addresses == ["2/1", "P1/1", "P1/9", "P1/10", "P10/1", "P2/1", "P2/b"]
    assert study.session(" p1/10 ").number == "10"
    assert [each.pseudonym for each in study.participants()] == ["P1", "P10", "P2", "2"]


def test_turns_carry_the_role_of_their_label(study):
    turns = study.turns(SessionId("P1-1"))
    assert [each.role for each in turns[:2]] == [Role.THERAPIST, Role.PATIENT]
    assert [each.n for each in turns] == [1, 2, 3, 4, 5, 6]
    kept = study.speakers(SessionId("P1-1"))
    study.apply(Change("forget whose it is", removed=(kept[0],)))
    assert study.turns(SessionId("P1-1"))[0].role == Role.OTHER
    assert study.turns(SessionId("none")) == ()


def test_the_newest_version_of_a_transcript_is_read(study):
    (old,) = study.transcripts(SessionId("P1-1"))
    turn = dataclasses.replace(study.turns_of(old)[0], id="new", text="Corrected", role=Role.OTHER)
    newer = dataclasses.replace(old, id="v2", version=2, turns=(turn,))
    study.apply(Change("new version", added=(newer,)))
    assert [each.text for each in study.turns(SessionId("P1-1"))] == ["Corrected"]
    assert [each.version for each in study.transcripts(SessionId("P1-1"))] == [1, 2]


def test_a_recording_lies_relative_to_the_study(study):
    (kept,) = study.recordings(SessionId("P1-1"))
    assert study.media(kept) == study.path.parent / "none.ogg"


# Codings, and who sees them


def test_a_coding_is_begun_once_for_each_rater_and_scheme(study):
    here = study.session("P1/1")
    entries = len(study.entries())
    assert study.begin_coding(here, ADA, study.scheme()).id == coding(ADA).id
    assert len(study.entries()) == entries
    cy = study.add_rater("Cy")
    begun = study.begin_coding(here, cy, study.scheme(), with_sound=False)
    assert (begun.rater_id, begun.scheme_version, begun.with_sound, begun.state) == (cy.id, "1", False, State.IN_PROGRESS)  # fmt: skip
    assert study.begin_coding(here, cy, study.scheme()) == begun
    other = dataclasses.replace(study.scheme(), id="other")
    assert study.coding_or_new(here, cy, other).id not in {each.id for each in study.codings(LEAD)}


def test_while_blind_a_rater_is_given_no_coding_but_their_own(study):
    here = SessionId("P1-1")
    assert study.blind
    assert {each.rater_id for each in study.codings(LEAD)} == {ADA.id, BEN.id}
    for rater in (ADA, BEN):
        assert [each.rater_id for each in study.codings(rater.id)] == [rater.id]
        assert [each.rater_id for each in study.codings(rater.id, here)] == [rater.id]
        assert [each.rater for each in study.coded(rater.id)] == [rater]
        others = [each for each in (ADA, BEN) if each != rater]
        assert study.coded(rater.id, raters=others) == []
        assert all(hit.rater in {None, rater} for hit in search(study, "", rater.id))
    assert study.codings("nobody") == study.coded("nobody") == []


def test_while_blind_a_search_finds_no_word_of_another(study):
    assert [hit.rater for hit in search(study, "whole session", ADA.id)] == [ADA]
    assert list(search(study, "whole session", BEN.id)) == []
    assert list(search(study, "Attacks", ADA.id)) == []
    assert [hit.rater for hit in search(study, "attacks", BEN.id)] == [BEN]
    assert {hit.rater for hit in search(study, "a", LEAD)} == {None, ADA, BEN}


def test_while_blind_nothing_that_is_asked_for_a_rater_tells_of_another(study):
    """Whatever takes a viewer, with another rater's id nowhere in it."""
    asked = {
        name
        for name, method in inspect.getmembers(Study, inspect.isfunction)
        if "viewer" in inspect.signature(method).parameters
    }
    assert asked == {
        "codings", "coded", "place", "keep_place", "last_session", "furthest", "measures",
    }  # fmt: skip
    told = repr([study.codings(BEN.id), study.coded(BEN.id), list(search(study, "", BEN.id)), study.place(BEN.id, SessionId("P1-1")), study.next_acts(BEN.id), study.furthest(BEN.id, SessionId("P1-1")), study.measures(BEN.id)])  # fmt: skip
    assert "ada" not in told.casefold().replace("canada", "")
    assert CANARY in told, "the transcript is everybody's"
    assert study.place(ADA.id, SessionId("P1-1")) is not None


def test_once_unblinded_all_see_all_and_it_stands_in_the_log(study):
    assert refusal(study.unblind, LEAD, "  ") == "reason_needed"
    assert study.blind
    study.unblind(LEAD, " all is coded ")
    assert not study.blind
    assert {each.rater_id for each in study.codings(ADA.id)} == {ADA.id, BEN.id}
    entry = study.entries()[-1]
    assert (entry.what, entry.kind) == ("unblind: all is coded", "final")
    assert study.next_acts(LEAD)[0] == "import session P1/1", "it is not undone"


def test_a_study_that_does_not_say_so_is_blind_and_may_be_unblinded(tmp_path):
    with Study(StudyFile.create(tmp_path / "s.rupture")) as study:
        assert study.blind
        study.unblind(LEAD, "why not")
        assert not study.blind


def test_codings_are_gathered_with_all_that_reading_them_needs(study):
    ada, ben = study.coded(LEAD)
    assert (ada.rater, ada.session.address, ada.scheme.id) == (ADA, "P1/1", "small")
    assert (len(ada.turns), len(ada.episodes), len(ada.marks)) == (6, 1, 5)
    assert ben.turns is ada.turns
    assert [each.rater for each in study.coded(LEAD, raters=[BEN])] == [BEN]
    assert study.coded(LEAD, sessions=[]) == study.coded(LEAD, scheme="other") == []
    assert len(study.coded(LEAD, scheme="small", sessions=study.sessions())) == 2
    assert study.ratings(ben.coding.id)[0].value == 3


def test_a_coding_whose_rater_is_gone_is_damage(study):
    study._file._raw.execute("PRAGMA foreign_keys=OFF")
    study._file._raw.execute("DELETE FROM rater WHERE id = 'ada'")
    assert refusal(study.coded, LEAD) == "study_damaged"


def test_a_search_looks_in_turns_labels_texts_and_notes(study):
    hits = list(search(study, CANARY.upper(), LEAD))
    assert [(hit.turn is not None, hit.rater) for hit in hits] == [(True, None), (False, ADA)]
    assert (hits[0].start_ms, hits[0].session.address) == (10_000, "P1/1")
    assert [hit.text for hit in search(study, "short", LEAD)] == ["short"]
    (whole,) = search(study, "whole session", LEAD)
    assert (whole.text, whole.start_ms) == ("Denial · the whole session", None)
    assert list(search(study, "nowhere", LEAD)) == []


# Places


def test_everyone_has_a_place_of_their_own(study):
    here = SessionId("P1-1")
    study.keep_place(LEAD, here, 99, "t")
    assert study.place(LEAD, here) == (99, "t")
    assert study.place(ADA.id, here) == (12_345, "P1-1-3")
    assert study.place(BEN.id, here) is None


def test_the_session_one_was_in_last_is_known(study):
    assert study.last_session(ADA.id) == SessionId("P1-1")
    assert study.last_session(BEN.id) is study.last_session(LEAD) is None
    study.keep_place(ADA.id, SessionId("P1-2"), 5, None)
    study.keep_place(LEAD, SessionId("P1-3"), 5, None)
    assert study.last_session(ADA.id) == SessionId("P1-2")
    study.keep_place(ADA.id, SessionId("P1-1"), 5, None)
    assert (study.last_session(ADA.id), study.last_session(LEAD)) == ("P1-1", "P1-3")


def test_a_verified_copy_is_kept_a_day_and_the_old_ones_are_thinned(study):
    folder = study.path.with_name("s.backups")
    folder.mkdir()
    old = [folder / f"s-{stamp}.rupture" for stamp in ("20200101-000000", "20190101-000000")]
    mine = folder / "mine.rupture"
    for path in (*old, mine):
        path.write_text("old")
    made = keep_generations(study)
    assert sorted(folder.iterdir()) == sorted([made, mine])
    with Study.open(made, write=False) as copy:
        assert held(copy) == held(study)
    assert keep_generations(study) is None
    study.add_rater("Cy")
    assert keep_generations(study) is None


def test_an_old_copy_that_cannot_be_dropped_is_left(study):
    folder = study.path.with_name("s.backups")
    (folder / "s-20200101-000000.rupture").mkdir(parents=True)
    assert keep_generations(study).parent == folder
    assert len(list(folder.glob("*.rupture"))) == 2


@pytest.mark.parametrize("content", ["{", "[]", "{}", "null", '{"markers": [3]}'])
def test_a_scheme_that_cannot_be_read_is_damage(study, content):
    study._file._raw.execute("UPDATE scheme SET content = ?", (content,))
    assert refusal(study.schemes) == "study_damaged"


def test_a_session_is_a_value_and_reads_back_equal(study):
    (kept,) = study.sessions()
    assert kept == session()[1]
    assert isinstance(kept, Session)
