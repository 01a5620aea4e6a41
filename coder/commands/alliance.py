"""What measures come to: the pool, ruptures in the run of scores, who saw a rupture."""

from typing import Any

from coder import measures
from coder import pool as pools
from coder.alliance import PRESETS, Drop, Mode, Reliable, adjusted, parameters, repair, title
from coder.alliance.rules import Partition, Repair, Rule, Spread
from coder.commands import Answer, Args, opened, trajectories
from coder.commands.measures import pairs_of, plain, put_out, refuse_hidden, thresholds_of, wrote
from coder.errors import CoderError, Notice
from coder.measures import listing
from coder.measures import thresholds as setting
from coder.session import Session
from coder.words import say


def select(args: Args) -> Answer:
    """Which sessions a rule selects, and why."""
    with opened(args, write=False) as (study, who):
        refuse_hidden(study, who)
        at = thresholds_of(study, args)
        asked = _selection(args, at)
        reasons = measures.reasons(study, asked, who)
        out = pools.outside(study)
        rows = [_verdict(each, reasons[each.id]) for each in study.sessions() if each.id in reasons]
        without = [
            each.address
            for each in study.sessions()
            if each.id not in reasons and each.address not in out.ended
        ]
        written = put_out(study, who, args, lambda: pools.pool_listing(study, who, asked))
    chosen, undecided = ([row for row in rows if row["selected"] is x] for x in (True, None))
    n = len(rows) - len(undecided)
    data = {
        "unit": "session",
        "n": n,
        "selected": len(chosen),
        "not_selected": n - len(chosen),
        "undecided": len(undecided),
        "with_a_measure": len(rows),
        "sessions": rows,
        "not_asked": without,
        "left_out": list(out.ended),
        "settings": _told(asked),
        "written": written,
    }
    lines = [
        f"{len(chosen)} of {n} sessions selected by {measures.RULES[asked.rule]}.",
        *(f"  {row['session']}: {row['reason']}" for row in chosen),
    ]
    if undecided:
        lines.append(
            f"Of {len(undecided)} more it cannot be told, and a session of which it can is more "
            "often one that is selected: the share above is no rate of all."
        )
        lines += [f"  {row['session']}: {row['told']}" for row in undecided]
    lines += [f"The rule could not be asked about: {', '.join(without)}."] if without else []
    lines += [say(each) for each in out.notices()]
    return Answer(data, [*lines, _read_by(asked), *wrote(written)])


def pool(args: Args) -> Answer:
    """From the sessions a rule selects to ruptures found and repaired."""
    with opened(args, write=False) as (study, who):
        refuse_hidden(study, who)
        rater = None if args.rater is None else study.rater(args.rater)
        asked = _selection(args, thresholds_of(study, args))
        pooled = pools.pool(study, who, measures.reasons(study, asked, who), rater)
        out = pools.outside(study)
        notes = [say(each) for each in out.notices()]
        written = put_out(study, who, args, lambda: pools.pool_listing(study, who, asked, rater))
    funnel = pools.funnel(pooled)
    sessions = [
        plain(each) | {"session": each.session.address, "selected": each.selected, "why": each.why}
        for each in pooled
        if each.measured
    ]
    data = {
        "unit": "session",
        "funnel": [{"step": step, "n": n} for step, n in funnel.rows()],
        "sessions": sessions,
        "left_out": list(out.ended),
        "elsewhere": list(out.elsewhere),
        "settings": _told(asked),
        "written": written,
    }
    lines = [f"{n:>5}  {step}" for step, n in funnel.rows()]
    lines += [
        f"  {each.session.address}: {each.why}; {each.stand}; {_found(each)}"
        for each in pooled
        if each.reason is not None or each.undecided is not None
    ]
    head = f"Sessions; rule: {measures.RULES[asked.rule]}."
    return Answer(data, [head, *lines, *notes, _read_by(asked), *wrote(written)])


def trajectory(args: Args) -> Answer:
    """Ruptures in the run of scores, participant by participant."""
    with opened(args, write=False) as (study, who):
        refuse_hidden(study, who)
        followed = measures.series_of(study, args.instrument, args.item, who)
        rule, mended = rule_of(args)
        found, at = (
            measures.trajectories(followed, rule, mended, Mode(args.mode)),
            followed.addresses,
        )
        by = (args.preset, rule, mended, Mode(args.mode))
        written = put_out(study, who, args, lambda: listing.trajectory(study, followed, found, by))
    data = {
        "instrument": followed.instrument,
        "scored": plain(followed.scored),
        "unit": "session",
        "preset": args.preset,
        "rule": parameters(rule),
        "repair": parameters(mended),
        "title": title(rule),
        "mode": args.mode,
        "notices": [say(each) for each in (*followed.notices, *_alone(followed, rule))],
        "participants": [trajectories.to_json(each, at[each.series.owner]) for each in found],
        "written": written,
    }
    head = f"{title(rule)} ({_spelt(parameters(rule))}); {args.mode}."
    if args.mode == Mode.BACK and not isinstance(rule, Partition):
        head += f" Repair: {_spelt(parameters(mended))}."
    turned = [] if followed.scored.higher_is_better else [trajectories.TURNED]
    told = [line for each in found for line in trajectories.lines(each, at[each.series.owner])]
    return Answer(data, [head, *turned, *data["notices"], *told, *wrote(written)])


def congruence(args: Args) -> Answer:
    """Cross what patients and therapists reported."""
    with opened(args, write=False) as (study, who):
        refuse_hidden(study, who)
        at = thresholds_of(study, args)
        told = measures.congruence(study, who, at.of_psq, (args.instrument, args.item))
        written = put_out(study, who, args, lambda: listing.congruence(told, at))
    found, kappa = told.found, told.kappa
    cells = [
        {"reported_by": seen.value, "n": cell.n, "share": cell.share,
         "mean_change": cell.mean_change, "changes": cell.changes, "reason": cell.reason,
         "reason_told": trajectories.told(cell.reason),
         "sessions": list(cell.sessions)}
        for seen, cell in found.cells.items()
    ]  # fmt: skip
    data = {
        "unit": "session",
        "n": found.n,
        "cells": cells,
        "agreed": found.agreed,
        "kappa": plain(kappa)
        | {"reason_told": trajectories.told(kappa.reason), "patients_resampled": told.groups},
        "left_out": list(found.left_out),
        "change_of": told.change_of,
        "settings": {"psq_selects_from": told.selects, **setting.plain(at)},
        "written": written,
    }
    lines = [f"{found.n} sessions that both answered (rupture: b1a or b2a ≥ {told.selects:g})."]
    for cell in cells:
        mean = cell["mean_change"]
        after = "no next session" if mean is None else f"{mean:+.2f} (n = {cell['changes']})"
        lines.append(f"  {cell['reported_by']:>9}: {cell['n']}; {told.change_of} after: {after}")
    if kappa.reason is not None:
        lines.append(f"Cohen’s kappa: {say(Notice(kappa.reason))}")
    else:
        lines.append(f"Cohen’s kappa {kappa.value:.2f}{_interval(kappa.low, kappa.high)}")
    return Answer(data, [*lines, setting.told_psq(at.of_psq), *wrote(written)])


def rule_of(args: Args) -> tuple[Rule, Repair]:
    """The rule of a preset, with the parameters set otherwise. Raises CoderError."""
    if args.preset not in PRESETS:
        raise CoderError("unknown_rule", rule=args.preset, known=", ".join(PRESETS))
    rule = adjusted(PRESETS[args.preset], pairs_of(args.set))
    return rule, repair(pairs_of(args.repair))


def _read_by(asked: measures.Selection) -> str:
    """What the rule reads scores by, in a sentence."""
    if asked.rule == "srs":
        return setting.told_srs(asked.of_srs)
    if asked.rule == "trajectory":
        rule, mended = _spelt(parameters(asked.trajectory)), _spelt(parameters(asked.repair))
        return f"Rule: {rule}; {asked.mode}. Repair: {mended}."
    return setting.told_psq(asked.of_psq)


def _selection(args: Args, at: measures.Thresholds) -> measures.Selection:
    rule, mended = rule_of(args)
    return measures.Selection(
        args.rule, at.of_psq, at.of_srs, rule, mended, Mode(args.mode), args.instrument, args.item
    )


def _told(asked: measures.Selection) -> dict[str, Any]:
    """What a selection rests on, of its own rule alone."""
    if asked.rule == "srs":
        return {"rule": asked.rule, **plain(asked.of_srs)}
    if asked.rule == "trajectory":
        rule = {"parameters": parameters(asked.trajectory), "repair": parameters(asked.repair)}
        of = {"instrument": asked.instrument, "item": asked.what, "mode": asked.mode}
        return {"rule": asked.rule, **of, **rule}
    return {"rule": asked.rule, **plain(asked.of_psq)}


def _verdict(session: Session, of: measures.Verdict) -> dict[str, Any]:
    """What a rule says of a session; of one that is undecided the reason is a key."""
    told = trajectories.told(of.reason) if of.selected is None else of.reason
    return {
        "session": session.address,
        "selected": of.selected,
        "reason": of.reason,
        "told": told,
    }


def _alone(followed: measures.Followed, rule: Rule) -> list[Notice]:
    """Say so where a pooled SD would be that of one participant."""
    pools_ = isinstance(rule, Drop | Reliable) and rule.spread != Spread.WITHIN
    with_two = [each.owner for each in followed.series if len(each.scores) > 1]
    if not pools_ or getattr(rule, "sd", None) is not None or len(with_two) != 1:
        return []
    return [Notice("pooled_of_one", {"participant": with_two[0]})]


def _found(each: pools.Pooled) -> str:
    if each.found is None:
        return "not listened to yet"
    if not each.found:
        return "no rupture found"
    return "rupture found" + (f", {each.outcome}" if each.outcome else "")


def _spelt(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items() if value is not None)


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "."
    return f", 95 % interval {low:.2f} to {high:.2f}."
