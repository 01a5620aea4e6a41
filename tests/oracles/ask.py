"""Ask a published library for an agreement coefficient; run by the interpreter that has the library.

Reads one request or a list of them as JSON on standard input and prints as many answers, and nothing
else, as JSON on standard output. A request names its ``library`` and ``statistic``; the functions
below show what else it holds. Ratings are units x raters, null where a rater did not rate. An answer
holds numbers (NaN as the library has it), or ``error`` where the library raised.
"""

import json
import os
import random
import sys
import warnings

import numpy as np


def krippendorff(request):
    """Alpha at the ``level`` given, or at the library's own default."""
    import krippendorff as library

    options = {"level_of_measurement": request["level"]} if "level" in request else {}
    raters = np.array(request["ratings"], float).T
    return {"value": library.alpha(raters, **options)}


def irrcac(request):
    """A coefficient of ``ratings`` over the ``categories``, or of a ``table`` of two raters."""
    import pandas as pd

    if "table" in request:
        from irrCAC.table import CAC

        data, options = pd.DataFrame(request["table"]), {}
    else:
        from irrCAC.raw import CAC

        data = pd.DataFrame(request["ratings"], dtype=float)
        options = {"categories": [float(category) for category in request["categories"]]}
    asked = CAC(data, weights=request.get("weights", "identity"), digits=15, **options)
    found = getattr(asked, request["statistic"])()["est"]
    low, high = found["confidence_interval"]
    return {
        "value": found["coefficient_value"],
        "name": found["coefficient_name"],
        "low": low,
        "high": high,
        **{key: found[key] for key in ("se", "z", "p_value", "pa", "pe")},
    }


def statsmodels(request):
    """Cohen's kappa of a ``table``; Fleiss's or Randolph's of ``counts``, units x categories."""
    from statsmodels.stats import inter_rater

    if request["statistic"] != "cohen":
        return {"value": inter_rater.fleiss_kappa(request["counts"], request["statistic"])}
    found = inter_rater.cohens_kappa(request["table"], wt=request.get("weights"))
    return {
        "value": found.kappa,
        "se": found.std_kappa,
        "se_of_no_agreement": found.std_kappa0,
        "low": found.kappa_low,
        "high": found.kappa_upp,
        "max": found.kappa_max,
    }


def sklearn(request):
    """Kappa, or precision, recall and F1 per label, of two lists of labels, ``first`` the truth."""
    from sklearn import metrics

    first, second, labels = request["first"], request["second"], request.get("labels")
    if request["statistic"] == "cohen":
        weights = request.get("weights")
        return {"value": metrics.cohen_kappa_score(first, second, labels=labels, weights=weights)}
    found = metrics.precision_recall_fscore_support(
        first, second, labels=labels, average=request.get("average"), zero_division=np.nan
    )
    return dict(zip(("precision", "recall", "f1"), found[:3], strict=True))


def pingouin(request):
    """Six intraclass correlations by their names; limits as ``rounded`` as the library has them."""
    import pingouin as library

    if not request.get("rounded"):
        library.options["round.column.CI95"] = None
    import pandas as pd

    long = pd.DataFrame(
        [
            (target, rater, value)
            for target, row in enumerate(request["ratings"])
            for rater, value in enumerate(row)
        ],
        columns=["target", "rater", "rating"],
    )
    found = library.intraclass_corr(long, "target", "rater", "rating")
    library.options["round.column.CI95"] = 2
    rows = zip(found["Type"], found["ICC"], found["CI95"], found["pval"], strict=True)
    return {
        name: {"value": value, "low": limits[0], "high": limits[1], "p_value": p_value}
        for name, value, limits, p_value in rows
    }


def nltk(request):
    """Alpha of sets of codes (lists in ``ratings``) with a ``distance``, or of plain labels.

    What is null is left out, or with ``keep`` handed on, as one would who does not know better.
    """
    from nltk.metrics import agreement, binary_distance, jaccard_distance, masi_distance

    distances = {"jaccard": jaccard_distance, "masi": masi_distance, "binary": binary_distance}
    triples = [
        (rater, unit, frozenset(label) if isinstance(label, list) else label)
        for unit, row in enumerate(request["ratings"])
        for rater, label in enumerate(row)
    ]
    missing = None if request.get("keep") else [None]
    task = agreement.AnnotationTask(triples, distances[request["distance"]], missing)
    return {"value": getattr(task, request["statistic"])()}


def pygamma(request):
    """Best alignment, and for ``gamma`` the random continua too, of [coder, start, end, code].

    Weights of place and code are ``alpha`` and ``beta``. An alignment is its disorder and, per
    unitary alignment, the units by their position in the request, null where a coder has none.
    """
    import pygamma_agreement as library
    from pyannote.core import Segment

    units = request["units"]
    continuum = library.Continuum()
    for coder, start, end, code in units:
        continuum.add(coder, Segment(start, end), code)
    empty = request.get("delta_empty", 1.0)
    dissimilarity = library.CombinedCategoricalDissimilarity(
        request["alpha"],
        request["beta"],
        empty,
        # What it would make itself has 1 compiled into it.
        cat_dissim=library.AbsoluteCategoricalDissimilarity(empty),
    )
    if request["statistic"] == "alignment":
        return _alignment(continuum.get_best_alignment(dissimilarity), units)
    np.random.seed(request.get("seed", 0))  # noqa: NPY002 - the library draws from it
    random.seed(request.get("seed", 0))
    found = continuum.compute_gamma(dissimilarity, n_samples=request.get("samples", 30))
    return {
        "value": found.gamma,
        "cat": found.gamma_cat,
        "expected": found.expected_disorder,
        **_alignment(found.best_alignment, units),
        "chance": [
            {"units": _units(chance.continuum), "disorder": chance.disorder}
            for chance in found.chance_alignments
        ],
    }


def _units(continuum):
    return [
        [coder, unit.segment.start, unit.segment.end, unit.annotation] for coder, unit in continuum
    ]


def _alignment(found, units):
    place = {tuple(unit): number for number, unit in enumerate(units)}
    rows = [
        [
            unit and place[coder, unit.segment.start, unit.segment.end, unit.annotation]
            for coder, unit in unitary.n_tuple
        ]
        for unitary in found.unitary_alignments
    ]
    return {"disorder": found.disorder, "alignment": rows}


LIBRARIES = {
    "krippendorff": krippendorff,
    "irrCAC": irrcac,
    "statsmodels": statsmodels,
    "sklearn": sklearn,
    "pingouin": pingouin,
    "nltk": nltk,
    "pygamma": pygamma,
}


def answer(request):
    """What the library says, or what it raises."""
    try:
        return LIBRARIES[request["library"]](request)
    except Exception as error:  # noqa: BLE001 - a library's own error is an answer
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    """Answer what is on standard input; what solvers print goes to standard error."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    asked = json.load(sys.stdin)
    found = [answer(request) for request in asked] if isinstance(asked, list) else answer(asked)
    with out:
        json.dump(found, out, default=lambda number: number.tolist())


if __name__ == "__main__":
    main()
