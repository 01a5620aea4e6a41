"""The schemes that ship, and a lab's own scheme files."""

from coder import markers
from coder.commands import Answer, Args
from coder.errors import CoderError


def list_(_args: Args) -> Answer:
    """List the schemes that ship."""
    schemes = [markers.load(each) for each in markers.available()]
    data = [
        {"id": s.id, "version": s.version, "title": s.title, "markers": len(s.markers)}
        for s in schemes
    ]
    lines = [f"{s.id:<24} {s.version:<6} {len(s.markers):>3} markers  {s.title}" for s in schemes]
    return Answer({"schemes": data}, lines)


def show(args: Args) -> Answer:
    """Show a scheme's markers."""
    scheme = markers.load(args.id)
    keys = ("id", "label", "column", "family", "certainty", "rolls_up_to", "key")
    rows = [{key: getattr(marker, key) for key in keys} for marker in scheme.markers]
    lines = [f"{scheme.title} ({scheme.id} {scheme.version}). {scheme.source}"]
    lines += [
        f"  {marker.key:<3} {marker.id:<24} {marker.column:<8} {marker.label}"
        f"  [{marker.family or 'no default family'}, {marker.certainty}]"
        for marker in scheme.markers
    ]
    return Answer({"id": scheme.id, "version": scheme.version, "markers": rows}, lines)


def check(args: Args) -> Answer:
    """Check a scheme file."""
    if args.file.exists() and not args.file.is_file():
        raise CoderError("file_unreadable", path=args.file)
    try:
        text = args.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise CoderError("file_unreadable", path=args.file) from fault
    scheme = markers.read(text, str(args.file))
    told = f"{args.file} is a valid scheme: {scheme.id}, {len(scheme.markers)} markers."
    return Answer({"id": scheme.id, "version": scheme.version, "ok": True}, [told])
