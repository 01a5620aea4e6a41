"""What every statistic is: its name for people, its definition and its source, said once."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """A statistic for people: ``label``, ``meaning`` in one sentence, and ``source``."""

    label: str
    meaning: str
    source: str


_COHEN = "Cohen (1960), Educ Psychol Meas 20:37-46"
_COHEN_WEIGHTED = "Cohen (1968), Psychol Bull 70:213-220"
_BYRT = "Byrt, Bishop & Carlin (1993), J Clin Epidemiol 46:423-429"
_GWET = "Gwet (2008), Br J Math Stat Psychol 61:29-48"
_KRIPPENDORFF = "Krippendorff (2019), Content Analysis, 4th ed., ch. 12"
_ICC = "Shrout & Fleiss (1979), Psychol Bull 86:420-428; McGraw & Wong (1996), Psychol Methods 1:30"
_EVENTS = "Bakeman & Quera (2011), Sequential Analysis and Observational Methods, ch. 5"
_HOLLE = "Holle & Rein (2015), Behav Res Methods 47:837-847"
_UNITS = "Krippendorff, Mathet, Bouvry & Widlöcher (2016), Qual Quant 50:2347-2364"
_GAMMA = "Mathet, Widlöcher & Métivier (2015), Comput Linguist 41:437-479"

_ABSOLUTE = "raters as a random sample, absolute agreement"


def _icc(model: str, of: str) -> Definition:
    number = {"1": "each target rated by other raters", "2": _ABSOLUTE}.get(
        model, "these raters alone, consistency"
    )
    k = "k" if of == "k" else "1"
    what = "the mean of k raters" if of == "k" else "a single rater"
    return Definition(f"ICC({model},{k})", f"Intraclass correlation of {what}; {number}.", _ICC)


DEFINITIONS: Mapping[str, Definition] = {
    "percent": Definition(
        "raw agreement",
        "Share of units that two raters put in the same category; not corrected for chance.",
        "Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, ch. 18",
    ),
    "positive": Definition(
        "positive agreement",
        "Of the units that one rater marked, the share that another marked too: 2a / (2a + b + c).",
        "Cicchetti & Feinstein (1990), J Clin Epidemiol 43:551-558; Dice (1945)",
    ),
    "negative": Definition(
        "negative agreement",
        "Of the units that one rater left unmarked, the share that another left so too: "
        "2d / (2d + b + c).",
        "Cicchetti & Feinstein (1990), J Clin Epidemiol 43:551-558",
    ),
    "prevalence_index": Definition(
        "prevalence index",
        "How much more often both marked than neither: (a - d) / n, from -1 to 1.",
        _BYRT,
    ),
    "bias_index": Definition(
        "bias index", "How differently often the two marked: |b - c| / n, from 0 to 1.", _BYRT
    ),
    "cohen_kappa": Definition(
        "Cohen’s kappa",
        "Agreement of two raters beyond what their own frequencies give by chance.",
        _COHEN,
    ),
    "cohen_kappa_linear": Definition(
        "Cohen’s kappa, linear weights",
        "Kappa that counts a near miss in part, by its distance on the scale.",
        _COHEN_WEIGHTED,
    ),
    "cohen_kappa_quadratic": Definition(
        "Cohen’s kappa, quadratic weights",
        "Kappa that counts a near miss in part, by the square of its distance on the scale.",
        _COHEN_WEIGHTED,
    ),
    "kappa_max": Definition(
        "largest possible kappa",
        "What Cohen’s kappa could be at most, given how often each rater used each category.",
        _COHEN,
    ),
    "scott_pi": Definition(
        "Scott’s pi",
        "Agreement of two raters beyond chance, by their pooled frequencies.",
        "Scott (1955), Public Opin Q 19:321-325",
    ),
    "fleiss_kappa": Definition(
        "Fleiss’ kappa",
        "Agreement of any number of raters beyond chance, by the pooled frequencies.",
        "Fleiss (1971), Psychol Bull 76:378-382",
    ),
    "conger_kappa": Definition(
        "Conger’s kappa",
        "Cohen’s kappa for three or more raters: chance by each rater’s own frequencies.",
        "Conger (1980), Psychol Bull 88:322-328",
    ),
    "light_kappa": Definition(
        "Light’s kappa",
        "The mean of Cohen’s kappa over every two raters.",
        "Light (1971), Psychol Bull 76:365-377",
    ),
    "brennan_prediger": Definition(
        "Brennan and Prediger’s kappa",
        "Agreement beyond chance, had every declared category been equally likely.",
        "Brennan & Prediger (1981), Educ Psychol Meas 41:687-699; Randolph (2005)",
    ),
    "pabak": Definition(
        "PABAK",
        "Kappa adjusted for prevalence and bias: 2 × raw agreement - 1. It rewards agreement on "
        "absence: read it beside positive agreement.",
        _BYRT,
    ),
    "gwet_ac1": Definition(
        "Gwet’s AC1",
        "Agreement beyond chance that rare categories do not depress. It rewards agreement on "
        "absence: read it beside positive agreement.",
        _GWET,
    ),
    "gwet_ac2_linear": Definition("Gwet’s AC2, linear weights", "AC1 for ordered scales.", _GWET),
    "gwet_ac2_quadratic": Definition(
        "Gwet’s AC2, quadratic weights", "AC1 for ordered scales.", _GWET
    ),
    "alpha_nominal": Definition(
        "Krippendorff’s alpha",
        "1 - observed / expected disagreement, for any number of raters and missing values.",
        _KRIPPENDORFF,
    ),
    "alpha_ordinal": Definition("Krippendorff’s alpha, ordinal", "Alpha for ranks.", _KRIPPENDORFF),
    "alpha_interval": Definition(
        "Krippendorff’s alpha, interval", "Alpha for differences of numbers.", _KRIPPENDORFF
    ),
    "alpha_ratio": Definition(
        "Krippendorff’s alpha, ratio", "Alpha for proportions of numbers.", _KRIPPENDORFF
    ),
    "alpha_jaccard": Definition(
        "set-valued alpha, Jaccard",
        "Alpha over the set of codes a rater gave each unit; sets differ by what they do not "
        "share.",
        f"{_KRIPPENDORFF}; Jaccard (1912)",
    ),
    "alpha_masi": Definition(
        "set-valued alpha, MASI",
        "Alpha over the set of codes a rater gave each unit; a set within the other differs less.",
        f"{_KRIPPENDORFF}; Passonneau (2006), LREC 831-836",
    ),
    **{f"icc_{model}_{of}": _icc(model, of) for model in "123" for of in "1k"},
    "event_f1": Definition(
        "event F1",
        "Matched marks of both raters as a share of all their marks: 2 TP / (n1 + n2).",
        "van Rijsbergen (1979), Information Retrieval, ch. 7",
    ),
    "event_precision": Definition(
        "precision",
        "Share of a rater’s marks that the reference has too.",
        "van Rijsbergen (1979), Information Retrieval, ch. 7",
    ),
    "event_recall": Definition(
        "recall",
        "Share of the reference’s marks that the rater has too.",
        "van Rijsbergen (1979), Information Retrieval, ch. 7",
    ),
    "event_kappa": Definition(
        "event kappa",
        "Kappa over matched and unmatched marks; nobody can miss what neither marked, so chance "
        "is fitted around that empty cell.",
        f"{_EVENTS}; {_HOLLE}",
    ),
    "event_kappa_max": Definition(
        "largest possible event kappa",
        "What event kappa could be at most, given how often each rater used each code.",
        f"{_EVENTS}; {_HOLLE}",
    ),
    "timing_median_ms": Definition(
        "median lag",
        "How much later the second rater’s mark begins than the matched one: the median, in ms.",
        "median of signed differences (agreement of onsets)",
    ),
    "timing_mad_ms": Definition(
        "spread of the lag",
        "Median absolute deviation of the lag from its median, in ms.",
        "Hampel (1974), J Am Stat Assoc 69:383-393",
    ),
    "time_kappa": Definition(
        "time-unit kappa",
        "Kappa over the seconds that both covered; a second agrees if the other rater has the "
        "same within the tolerance.",
        "Bakeman, Quera & Gnisci (2009), Behav Res Methods 41:137-147",
    ),
    "u_alpha": Definition(
        "u-alpha",
        "Alpha for spans of time: where they lie and how they are coded, by duration.",
        _UNITS,
    ),
    "cu_alpha": Definition(
        "cu-alpha", "Alpha for the codes of spans, where both raters marked one.", _UNITS
    ),
    "gamma": Definition(
        "gamma", "Agreement of spans aligned as well as can be, against shuffled ones.", _GAMMA
    ),
    "gamma_cat": Definition(
        "gamma-cat",
        "Gamma for the codes of aligned spans.",
        "Mathet (2017), Comput Linguist 43:661-681",
    ),
}
