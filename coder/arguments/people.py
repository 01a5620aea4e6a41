"""The arguments of the commands about people."""

from coder.arguments.making import REPEATED, Adder

_KINDS = ("self", "supervisee", "supervisor", "none")
_KIND = "the coder is the therapist (self), their supervisee or supervisor; none takes it back"
_USES = ("research", "supervision", "training")


def add_to(add: Adder) -> None:
    """Add the commands about therapists, relations to them, and consent."""
    therapist = add("therapist", "people.therapist", "add, rename or list therapists")
    therapist.add_argument("--name", metavar="T", help="the therapist's pseudonym; added if new")
    therapist.add_argument("--new-name", metavar="T", help="another pseudonym for the therapist")
    therapist.add_argument("--session", action="append", default=[], metavar="P/N", help=REPEATED)
    therapist.add_argument("--none", action="store_true", help="take it from the sessions again")
    relation = add("relation", "people.relation", "declare what a coder is to a therapist")
    relation.add_argument("--rater", metavar="NAME", help="the coder")
    relation.add_argument("--therapist", metavar="T", help="the therapist's pseudonym")
    relation.add_argument(
        "--kind",
        choices=_KINDS,
        help=_KIND,
    )
    consent = add("consent", "people.consent", "record, end, withdraw or list consent")
    whom = consent.add_mutually_exclusive_group()
    whom.add_argument("--participant", metavar="P", help="whose consent it is")
    whom.add_argument("--therapist", metavar="T", help="or the therapist's")
    consent.add_argument("--use", choices=_USES, help="what is agreed to")
    consent.add_argument("--given", metavar="DAY", help="since when, as in 2026-01-31")
    consent.add_argument("--expires", metavar="DAY", help="the last day it holds")
    consent.add_argument("--withdraw", metavar="DAY", help="from when it no longer holds")
    consent.add_argument("--synthetic", action="store_true", help="there is no person to ask")
    consent.add_argument("--new", action="store_true", help="the participant has no session yet")
