"""Score one prediction against its question's gold: a column a measure, or none that applies."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from footnote.evaluation import ranking, text_match
from footnote.evaluation.questions import Evidence, Question
from footnote.records import Span

DEPTHS = (1, 5, 10, 20)
Outcome = Literal[
    "right answer", "right silence", "wrong answer", "over-refusal", "false answer", "ungraded"
]
# The worst first: what misleads before what disappoints.
OUTCOMES: tuple[Outcome, ...] = (
    "false answer",
    "wrong answer",
    "over-refusal",
    "right answer",
    "right silence",
    "ungraded",
)
GOOD: tuple[Outcome, ...] = ("right answer", "right silence")
# The column of the best answer's confidence, whether or not its rightness is known.
BEST_CONFIDENCE = "best_confidence"
# A prediction: a line of predictions.jsonl as JSON gives it.
Prediction = Mapping[str, Any]


def best_of(prediction: Prediction) -> Mapping[str, Any] | None:
    """Return the best answer: the one given, or the one withheld; None where there was none."""
    if prediction["status"] == "answered":
        return prediction
    withheld: Mapping[str, Any] | None = prediction["withheld"]
    return withheld


def score(question: Question, prediction: Prediction, answered: bool) -> dict[str, float]:
    """Return the columns of a question, as if its best answer was given, or was not.

    ``answered`` is `was_answered` for what happened; a sweep asks for both.
    """
    best = best_of(prediction) if answered else None
    sure = {} if best_of(prediction) is None else {BEST_CONFIDENCE: prediction["confidence"]}
    return {
        **sure,
        **_timings(prediction),
        **_ranks(question, prediction),
        **_text_scores(question, best),
        **_citation_scores(question, best),
        **_abstention_scores(question, best is not None),
        **_grades(question, prediction, best is not None),
        **_writing_scores(prediction),
    }


def was_answered(prediction: Prediction) -> bool:
    """Tell whether an answer was given. A question back, or what the chat is, is none."""
    return bool(prediction["status"] == "answered")


def outcome(question: Question, prediction: Prediction) -> Outcome:
    """Tell how a question ended."""
    if question.answerable is None:
        return "ungraded"
    if not was_answered(prediction):
        return "over-refusal" if question.answerable else "right silence"
    if not question.answerable:
        return "false answer"
    if not _graded(question):
        return "ungraded"
    return "right answer" if is_right(question, best_of(prediction)) else "wrong answer"


def is_right(question: Question, best: Mapping[str, Any] | None) -> bool:
    """Tell whether an answer is right: by each gold that is given, its citation and its words.

    One of its citations agrees with gold evidence (`gold.agree`), and it says a gold answer
    (`text_match.says`). No answer to an unanswerable question is right.
    """
    if best is None or not question.answerable:
        return False
    cited = not question.evidence or any(
        _cites(citation, each) for citation in best["citations"] for each in question.evidence
    )
    said = not question.answers or text_match.says(_answer_text(best), question.answers)
    return cited and said


def _graded(question: Question) -> bool:
    return question.answerable is False or bool(question.answers or question.evidence)


def _answer_text(best: Mapping[str, Any] | None) -> str:
    """Return what is compared with gold answers; the empty answer is silence."""
    if best is None:
        return ""
    short = best["short_answer"]
    return str(best["text"] if short is None else short)


def _timings(prediction: Prediction) -> dict[str, float]:
    return {f"{stage}_ms": float(ms) for stage, ms in prediction["timings_ms"].items()}


def _ranks(question: Question, prediction: Prediction) -> dict[str, float]:
    if not question.evidence:
        return {}
    places = [(p["document"], Span(p["start"], p["end"])) for p in prediction["passages"]]
    held = ranking.newly_held(places, question.evidence)
    total = len(question.evidence)
    return {
        **{f"recall@{k}": ranking.recall_at(k, held, total) for k in DEPTHS},
        "mrr": ranking.reciprocal_rank(held),
        "ndcg@10": ranking.ndcg_at(10, held, question.gains),
    }


def _text_scores(question: Question, best: Mapping[str, Any] | None) -> dict[str, float]:
    if not question.answers and question.answerable is not False:
        return {}
    text = _answer_text(best)
    return {
        "exact_match": text_match.exact_match(text, question.answers),
        "f1": text_match.f1(text, question.answers),
    }


def _citation_scores(question: Question, best: Mapping[str, Any] | None) -> dict[str, float]:
    citations: Sequence[Mapping[str, Any]] = best["citations"] if best else ()
    scores: dict[str, float] = {}
    if best and citations:
        exact = best["citations_exact"]
        scores["citation_exactness"] = sum(exact) / len(exact)
    if question.evidence:
        found = [any(_cites(c, each) for c in citations) for each in question.evidence]
        scores["citation_recall"] = sum(found) / len(found)
        if citations:
            right = [any(_cites(c, each) for each in question.evidence) for c in citations]
            scores["citation_precision"] = sum(right) / len(right)
    return scores


def _cites(citation: Mapping[str, Any], evidence: Evidence) -> bool:
    return ranking.holds(citation["document"], Span(citation["start"], citation["end"]), evidence)


def _abstention_scores(question: Question, answered: bool) -> dict[str, float]:
    if question.answerable is None:
        return {}
    scores = {"abstained": float(not answered), "unanswerable": float(not question.answerable)}
    if not answered:
        scores["abstention_precision"] = float(not question.answerable)
    if question.answerable:
        scores["over_refusal"] = float(not answered)
    else:
        scores["abstention_recall"] = float(not answered)
        scores["false_answers"] = float(answered)
    return scores


def _grades(question: Question, prediction: Prediction, answered: bool) -> dict[str, float]:
    """Grade the best answer, given or withheld, and how the question ended."""
    if question.answerable is None or not _graded(question):
        return {}
    best = best_of(prediction)
    right = is_right(question, best)
    scores = {"accuracy": float(right if answered else not question.answerable)}
    if best is not None:
        scores["confidence"] = float(prediction["confidence"])
        scores["wrong"] = float(not right)
    return scores


def _writing_scores(prediction: Prediction) -> dict[str, float]:
    """Tell what became of a language model's sentences, where one was asked.

    Runs of before it could be have no such field.
    """
    writing: Mapping[str, Any] | None = prediction.get("writing")
    if writing is None:
        return {}
    kinds = ("supported", "dropped", "marked")
    sentences = sum(writing[kind] for kind in kinds)
    shares = {f"{kind}_sentences": writing[kind] / sentences for kind in kinds if sentences}
    return {
        **shares,
        "generated": float(prediction["mode"] == "generated"),
        "fell_back": float(writing["failure"] is not None),
        "tokens_in": float(writing["tokens_in"]),
        "tokens_out": float(writing["tokens_out"]),
    }
