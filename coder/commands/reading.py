"""What was said on the command line about how a file is to be read."""

from collections.abc import Sequence

from coder import tables, transcripts
from coder.commands import Args
from coder.errors import CoderError
from coder.session import Role, parse_clock
from coder.transcripts import asked


def reading_options(args: Args) -> transcripts.Options:
    """What was said about a file before it is read. Raises CoderError."""
    gap = None if args.merge_gap is None else parse_clock(args.merge_gap.replace(",", "."))
    return transcripts.Options(
        format=args.format,
        encoding=args.encoding,
        merge_gap_ms=gap,
        roles=roles_of(args.role),
        tiers=tuple(args.tier),
        columns=dict(asked.column(each) for each in args.column),
        part=args.part,
        frame_rate=None if args.frame_rate is None else asked.frame_rate(args.frame_rate),
        lift_notes=args.lift_notes,
        skip=asked.ranges(",".join(args.skip)),
        offsets=asked.offsets(",".join(args.offset)),
        time_pattern=args.time_pattern,
        as_written=args.as_written,
        names=() if args.names is None else tables.pairs(args.names),
    )


def roles_of(given: Sequence[str]) -> dict[str, Role]:
    """Whose each label is, as in C=patient. Raises CoderError."""
    roles = {}
    for each in given:
        label, sign, role = each.rpartition("=")
        if not sign or role not in {known.value for known in Role}:
            raise CoderError("bad_role", role=each)
        roles[label] = Role(role)
    return roles
