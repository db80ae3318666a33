"""What each picture shows, in words with its figures: for who cannot see it, and who can."""

from footnote.evaluation.report.results import Results
from footnote.evaluation.scoring import DEPTHS
from footnote.evaluation.sweep import Setting


def risk(results: Results) -> str:
    """Tell what the risk-coverage curve shows."""
    aurc, points = results.metrics["aurc"], results.risk_coverage()
    given, wrong = results.given_now()
    now = f"Of these, {given:.0%} were given"
    now += f", {wrong:.0%} of which are wrong." if wrong is not None else "."
    return (
        f"The best answers to {aurc.n} questions, given or withheld, the surest first: how many "
        f"are wrong if so many are given. If all were, {points[-1].risk:.0%} would be wrong. {now} "
        f"The area under the curve (AURC) is {aurc.value:.3f}: 0 is perfect, and confidence that "
        f"tells nothing would get {points[-1].risk:.3f}, the dotted line."
    )


def reliability(results: Results) -> str:
    """Tell what the reliability diagram shows."""
    ece, bins = results.metrics["ece"], results.reliability()
    low = sum(each.n for each in bins if each.right > each.confidence)
    total = sum(each.n for each in bins)
    return (
        "How often answers are right at each confidence; on the dotted diagonal it holds. "
        f"{low / total:.0%} of the answers stand above it, more often right than they say, the "
        f"others below. The expected calibration error (ECE) is {ece.value:.3f}. Below, how "
        "many answers are so sure."
    )


def recall(results: Results) -> str:
    """Tell what the recall bars show."""
    found = [
        (k, results.metrics[f"recall@{k}"]) for k in DEPTHS if f"recall@{k}" in results.metrics
    ]
    told = ", ".join(f"{each.value:.3f} by {k}" for k, each in found)
    return (
        f"How much of the gold evidence the first passages hold: {told}. The lines are the 95 % "
        f"intervals over {found[0][1].n} questions."
    )


def latency(results: Results) -> str:
    """Tell what the latency curves show."""
    stages = ("", "retrieve_", "read_")
    half = [results.metrics.get(f"latency_{stage}p50_ms") for stage in stages]
    late = [results.metrics.get(f"latency_{stage}p95_ms") for stage in stages]
    names = ("in all", "to retrieve", "to read")
    told = "; ".join(
        f"{name} {p50.value:.0f} ms at the median, {p95.value:.0f} ms at the 95th percentile"
        for name, p50, p95 in zip(names, half, late, strict=True)
        if p50 is not None and p95 is not None
    )
    return f"The share of questions done within a time, one asked after the other: {told}."


def sweep(results: Results) -> str:
    """Tell what the sweep shows."""
    settings = results.sweep
    told = ""
    if all("accuracy" in each.metrics for each in settings):
        best = max(settings, key=_accuracy)
        told = (
            f" Accuracy is highest, {_accuracy(best):.3f}, at {best.threshold:g}, where "
            f"{best.answered:.0%} of the questions are answered."
        )
    return (
        "What each threshold would give on these questions; an answer is given where its "
        f"confidence is at least the threshold.{told} Try one that is chosen here on other "
        "questions."
    )


def _accuracy(setting: Setting) -> float:
    return setting.metrics["accuracy"]
