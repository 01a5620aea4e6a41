"""Therapists, what coders are to them, and what people agreed to."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from coder import consents, people
from coder.coding import Relationship
from coder.commands import Answer, Args, coder_acting, opened
from coder.errors import CoderError
from coder.people import Person, Terms
from coder.session import Use
from coder.study import Study


def therapist(args: Args) -> Answer:
    """Add or rename a therapist, say whose sessions some are, or list all of them."""
    done: list[str] = []
    if args.name is None and (args.new_name is not None or (args.session and not args.none)):
        raise CoderError("option_missing", option="--name")
    if args.none and not args.session:
        raise CoderError("option_missing", option="--session")
    asked = args.name is not None or args.none
    with opened(args, write=asked) as (study, who):
        # What can be refused comes first: all of it is done, or nothing.
        sessions = [study.session(each) for each in args.session]
        whose = None
        if args.new_name is not None:
            old = people.therapist(study, args.name)
            whose = people.rename_therapist(study, old, args.new_name, who)
            done.append(f"{old.pseudonym} is now {whose.pseudonym}.")
        elif args.name is not None:
            whose = people.add_therapist(study, args.name, who)
        if asked and sessions:
            people.set_therapist(study, sessions, whose, who)
            named = "nobody" if whose is None else whose.pseudonym
            done.append(f"Therapist of {', '.join(s.address for s in sessions)}: {named}.")
        rows = _therapists(study)
    lines = [f"{row['therapist']}: {', '.join(row['sessions']) or 'no sessions'}" for row in rows]
    return Answer({"therapists": rows}, [*done, *(lines or ["No therapists yet."])])


def _therapists(study: Study) -> list[dict[str, Any]]:
    sessions = study.sessions()
    return [
        {
            "therapist": each.pseudonym,
            "sessions": [s.address for s in sessions if s.therapist_id == each.id],
        }
        for each in study.therapists()
    ]


def relation(args: Args) -> Answer:
    """Declare what a coder is to a therapist, or list what was declared."""
    asked = (args.rater, args.therapist, args.kind)
    if any(asked) and not all(asked):
        options = ("--rater", "--therapist", "--kind")
        missing = next(name for name, given in zip(options, asked, strict=True) if not given)
        raise CoderError("option_missing", option=missing)
    with opened(args, write=any(asked)) as (study, who):
        if all(asked):
            coder_acting(study, who, args.rater)
            kind = None if args.kind == "none" else Relationship(args.kind)
            to = people.therapist(study, args.therapist)
            people.declare(study, study.rater(args.rater), to, kind, who)
        raters = {each.id: each.name for each in study.raters()}
        names = {each.id: each.pseudonym for each in study.therapists()}
        rows = [
            {
                "rater": raters[each.rater_id],
                "therapist": names[each.therapist_id],
                "relation": each.kind.value,
            }
            for each in study.relations()
        ]
    lines = [f"{row['rater']} to {row['therapist']}: {row['relation']}" for row in rows]
    return Answer({"relations": rows}, lines or ["No relations declared yet."])


def consent(args: Args) -> Answer:
    """Record, end or withdraw consent, or list what is on record."""
    given, expires, withdrawn = map(day, (args.given, args.expires, args.withdraw))
    asked = any((given, expires, withdrawn))
    if asked and not (args.participant or args.therapist):
        raise CoderError("option_missing", option="--participant or --therapist")
    if given is not None and args.use is None:
        raise CoderError("option_missing", option="--use")
    if (args.synthetic or args.new) and given is None:
        raise CoderError("option_missing", option="--given")
    with opened(args, write=asked) as (study, who):
        person = _person(study, args)
        use = None if args.use is None else Use(args.use)
        if person is not None and given is not None and use is not None:
            terms = Terms(use, given, expires, withdrawn, args.synthetic)
            people.record_consent(study, person, terms, who)
        elif person is not None and asked:
            people.end_consent(study, person, use, expires=expires, withdrawn=withdrawn, by=who)
        rows = [
            row
            for row in _consents(study)
            if (person is None or row["id"] == person.id)
            and (use is None or row["use"] == use.value)
        ]
    lines = [_line(row) for row in rows]
    told = [{name: value for name, value in row.items() if name != "id"} for row in rows]
    return Answer({"consents": told}, lines or ["No consent on record."])


def day(text: str | None) -> date | None:
    """Read a day (ISO 8601). Raises CoderError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as fault:
        raise CoderError("not_a_day", text=text) from fault


def _person(study: Study, args: Args) -> Person | None:
    """Whom it is about; with --new a participant may be named before their first session."""
    if args.participant is not None:
        if args.new:
            return people.participant_or_new(study, args.participant)
        return people.participant(study, args.participant)
    return None if args.therapist is None else people.therapist(study, args.therapist)


def _consents(study: Study) -> Iterator[dict[str, Any]]:
    names: dict[str, tuple[str, str]] = {
        each.id: ("participant", each.pseudonym) for each in study.participants()
    }
    names |= {each.id: ("therapist", each.pseudonym) for each in study.therapists()}
    for each in study.consents():
        role, name = names.get(each.person, ("participant", "?"))
        yield {
            "id": each.person,
            "role": role,
            "person": name,
            "use": each.use.value,
            "given": each.given,
            "expires": each.expires,
            "withdrawn": each.withdrawn,
            "synthetic": each.synthetic,
            "holds": consents.holds(each, consents.today()),
        }


def _line(row: dict[str, Any]) -> str:
    parts = [f"given {row['given']}"]
    parts += [f"until {row['expires']}"] if row["expires"] else []
    parts += [f"withdrawn {row['withdrawn']}"] if row["withdrawn"] else []
    parts += ["synthetic"] if row["synthetic"] else []
    parts.append("holds" if row["holds"] else "does not hold")
    return f"{row['role']} {row['person']}, {row['use']}: {', '.join(parts)}"
