"""Which readings an answer is chosen from: those of tables first, those on the subject next."""

from collections.abc import Sequence
from dataclasses import replace

from footnote.answering.reader import Reading
from footnote.answering.subject import Text, names_in, text_about, unmentioned
from footnote.answering.table_reader import compares, table_readings
from footnote.embedding import Embedder
from footnote.records import Hit
from footnote.store.snapshot import Snapshot

# What is left of the confidence of a reading that is not about what a question names:
# docs/decisions/0011-subject.md.
_ELSEWHERE = 0.3


def weighed(
    question: str,
    catalogue: Snapshot,
    hits: Sequence[Hit],
    readings: Sequence[Reading],
    embedder: Embedder,
) -> list[Reading]:
    """Return the readings of tables and of the model, best first.

    What a table answers comes first where it is the surer; what does not mention a name in the
    question comes last, and is less sure.
    """
    tables = table_readings(question, catalogue, hits, readings, embedder)
    others = on_subject(question, catalogue, readings)
    if tables and (not others or tables[0].confidence >= others[0].confidence):
        read = {(each.passage.id, each.unit) for each in tables}
        others = [each for each in others if (each.passage.id, each.unit) not in read]
        return [*tables, *others]
    return others


def on_subject(question: str, catalogue: Snapshot, readings: Sequence[Reading]) -> list[Reading]:
    """Put readings that mention the names in a question before others, whose confidence falls.

    So falls that of one row where a question compares several.
    """
    names = names_in(question)
    titles = {
        id_: catalogue.document(id_).title
        for id_ in {reading.passage.document_id for reading in readings}
    }
    texts: dict[object, Text] = {}
    about, elsewhere = [], []
    for reading in readings:
        passage, unit = reading.passage, reading.unit
        key = (passage.id, unit.span if unit.kind == "row" else None)
        if names and key not in texts:
            texts[key] = text_about(reading, titles[passage.document_id])
        if (names and unmentioned(names, texts[key])) or compares(question, reading):
            elsewhere.append(replace(reading, confidence=_ELSEWHERE * reading.confidence))
        else:
            about.append(reading)
    return [*about, *elsewhere]
