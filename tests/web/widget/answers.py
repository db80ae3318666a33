"""Documents and answers of the stub: real places of real texts, counted in code points."""

from typing import Any

from footnote.generation.texts import MARK

LIGHT = (
    "The lighthouse of Skerry Point stands on a rock 😀 in the sea.\n\n"
    "The lighthouse was lit on 4 March 1868, after nine years of work. 🗼 It stands 48 metres "
    "high.\n\nThe last keeper, Tom Baird, locked the door himself in 1986."
)
GUIDE = "A guide of 1990.\n\nThe lighthouse was lit on 1 May 1870, says the guide."
TEXTS = {"d-light": LIGHT, "d-guide": GUIDE}
LIT = "The lighthouse was lit on 4 March 1868, after nine years of work."
HIGH = "It stands 48 metres high."
LIT_LATER = "The lighthouse was lit on 1 May 1870, says the guide."
MEANT = ("When was the lighthouse lit?", "How high is the lighthouse?")


TITLES = {"d-light": "The Lighthouse of Skerry Point", "d-guide": "A guide"}


def citation(
    number: int, quote: str, document_id: str = "d-light", **more: object
) -> dict[str, Any]:
    """Cite a quote where it stands."""
    text = TEXTS[document_id]
    start = text.index(quote)
    return {
        "number": number,
        "document_id": document_id,
        "document": f"{document_id[2:]}.txt",
        "title": TITLES[document_id],
        "section": None,
        "page": None,
        "page_label": None,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        **more,
    }


def answer_of(
    question: str, said: list[tuple[str, list[dict[str, Any]]]], **more: object
) -> dict[str, Any]:
    """Make an answer of statements and their citations."""
    citations = [each for _, cited in said for each in cited]
    return {
        "question": question,
        "asked_as": None,
        "mode": "extractive",
        "status": "answered",
        "text": " ".join(text for text, _ in said),
        "short_answer": None,
        "confidence": 0.9,
        "statements": [
            {"text": text, "citations": [each["number"] for each in cited], "support": None}
            for text, cited in said
        ],
        "citations": citations,
        "passages": [],
        "conflicts": [],
        "generation": 3,
        "timings_ms": {"retrieve": 1.0, "read": 2.0, "total": 3.0},
        **more,
    }


def passage(text: str, document_id: str = "d-light") -> dict[str, Any]:
    """Make a passage where it stands."""
    start = TEXTS[document_id].index(text)
    name = f"{document_id[2:]}.txt"
    place = {"document_id": document_id, "document": name, "start": start, "end": start + len(text)}
    return {**place, "title": TITLES[document_id], "text": text, "score": 1.0}


def asked_back(question: str) -> dict[str, Any]:
    """Ask what is meant, with what it may be."""
    cited = [citation(1, LIT), citation(2, HIGH)]
    said = [("What do you mean by “it”?", []), (LIT, cited[:1]), (HIGH, cited[1:])]
    return answer_of(question, said, status="clarify", suggestions=list(MEANT))


def written(question: str) -> dict[str, Any]:
    """Answer as a language model does, with one sentence that nothing supports."""
    unsupported = {"text": f"It is haunted.{MARK}", "citations": [], "unsupported": True}
    answer = answer_of(question, [(HIGH, [citation(1, HIGH)])], mode="generated")
    answer["statements"] += [unsupported | {"support": 0.1}]
    return {**answer, "text": f"{HIGH} {unsupported['text']}"}


def answer_to(question: str) -> dict[str, Any]:
    """Answer by a word of the question."""
    if "Which" in question:
        return asked_back(question)
    if "haunted" in question:
        return written(question)
    if "zebra" in question:
        none = "The documents do not answer this."
        nearest = [passage(LIT), passage(HIGH), passage(LIT_LATER, "d-guide"), passage(LIGHT)]
        answer = answer_of(question, [(none, [])], status="not_found", confidence=0.04)
        return {**answer, "passages": nearest}
    if "disagree" in question:
        sides = [citation(1, LIT), citation(2, LIT_LATER, "d-guide")]
        lead = "The documents say different things:"
        parts = [(lead, []), (LIT, sides[:1]), (LIT_LATER, sides[1:])]
        answer = answer_of(question, parts, conflicts=[[1, 2]])
        return {**answer, "text": f"{lead}\n{LIT}\n{LIT_LATER}"}
    cited = [citation(1, LIT, section="The light", page=3), citation(2, HIGH)]
    said = [(LIT, cited[:1]), (HIGH, cited[1:])]
    asked_as = "How high is the lighthouse?" if "How high" in question else None
    return answer_of(question, said, short_answer="4 March 1868", asked_as=asked_as)
