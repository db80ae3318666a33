import itertools
import math
import random
from collections.abc import Sequence

import ir_measures
import pytest
from ir_measures import RR, R, nDCG

from footnote.evaluation.questions import Evidence
from footnote.evaluation.ranking import (
    Place,
    ndcg_at,
    newly_held,
    recall_at,
    reciprocal_rank,
)
from footnote.records import Span
from tests.evaluation.theory import DOCUMENT, evidence, gold_span, passage_span

DEPTHS = (1, 5, 10, 20)


def held(ranking: Sequence[int], *gold: Evidence) -> list[int]:
    return newly_held([(DOCUMENT, passage_span(number)) for number in ranking], gold)


def gain(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def tiled(rng: random.Random) -> list[Place]:
    """Return passages of uneven length that tile some documents."""
    places: list[Place] = []
    for document in range(rng.randint(1, 4)):
        cuts = [0, *itertools.accumulate(rng.randint(1, 90) for _ in range(rng.randint(1, 15)))]
        places += [(f"{document}.txt", Span(*pair)) for pair in itertools.pairwise(cuts)]
    return places


def within(rng: random.Random, place: Place) -> Evidence:
    document, span = place
    start = rng.randrange(span.start, span.end)
    return Evidence(document, spans=(Span(start, rng.randint(start + 1, span.end)),))


def test_the_measures_are_those_of_trec_eval_where_each_evidence_has_a_passage_of_its_own() -> None:
    rng = random.Random(3)
    ours: dict[tuple[str, str], float] = {}
    judged, run = [], []
    for query in map(str, range(400)):
        places = tiled(rng)
        relevant = rng.sample(places, rng.randint(1, min(len(places), 14)))
        ranking = rng.sample(places, rng.randint(1, len(places)))
        counts = newly_held(ranking, [within(rng, place) for place in relevant])
        for k in DEPTHS:
            ours[query, f"R@{k}"] = recall_at(k, counts, len(relevant))
        ours[query, "RR"] = reciprocal_rank(counts)
        ours[query, "nDCG@10"] = ndcg_at(10, counts, [1] * len(relevant))
        judged += [ir_measures.Qrel(query, str(place), 1) for place in relevant]
        run += [ir_measures.ScoredDoc(query, str(p), -float(at)) for at, p in enumerate(ranking)]
    measures = [*(R @ k for k in DEPTHS), RR, nDCG @ 10]
    reference = {
        (each.query_id, str(each.measure)): each.value
        for each in ir_measures.pytrec_eval.iter_calc(measures, judged, run)
    }
    assert ours == pytest.approx(reference, abs=1e-12)
    assert len({round(value, 6) for value in ours.values()}) > 300


def test_any_one_of_an_evidences_places_will_do_and_counts_once() -> None:
    either = evidence(3, 7)
    assert held([7, 3, 1], either) == [1, 0, 0]
    assert held([0, 3, 7], either) == [0, 1, 0]
    assert recall_at(1, held([7], either), 1) == 1
    assert reciprocal_rank(held([0, 3, 7], either)) == 1 / 2
    assert ndcg_at(10, held([0, 3, 7], either), [1]) == gain(2) / gain(1)


def test_two_evidence_in_one_passage_are_both_held_by_it_and_an_ideal_ranking_begins_with_it() -> (
    None
):
    whole = gold_span(4)
    early, late = (
        Evidence(DOCUMENT, spans=(Span(whole.start, whole.start + 5),)),
        Evidence(DOCUMENT, spans=(Span(whole.end - 5, whole.end),)),
    )
    counts = held([2, 4, 6], early, late)
    assert counts == [0, 2, 0]
    assert [recall_at(k, counts, 2) for k in (1, 2, 3)] == [0, 1, 1]
    assert ndcg_at(10, counts, [2]) == gain(2) / gain(1)
    assert ndcg_at(10, held([4, 2], early, late), [2]) == 1


def test_a_passage_that_comes_twice_gains_once() -> None:
    counts = held([5, 5, 8, 5], evidence(5), evidence(8))
    assert counts == [1, 0, 1, 0]
    assert ndcg_at(10, counts, [1, 1]) == pytest.approx((gain(1) + gain(3)) / (gain(1) + gain(2)))


def test_the_same_evidence_named_twice_is_held_by_one_passage() -> None:
    assert held([5], evidence(5), evidence(5)) == [2]


def test_ndcg_looks_no_further_than_k_in_the_ranking_and_in_the_ideal_one() -> None:
    everything = [1] * 15
    assert ndcg_at(10, everything, everything) == 1
    assert ndcg_at(10, [0] * 10 + [1], [1]) == 0
    assert ndcg_at(3, [0, 1, 0, 1], [1, 1]) == pytest.approx(gain(2) / (gain(1) + gain(2)))


def test_nothing_retrieved_or_nothing_right_scores_nothing() -> None:
    for counts in ([], held([0, 1], evidence(2))):
        assert recall_at(5, counts, 1) == reciprocal_rank(counts) == ndcg_at(10, counts, [1]) == 0


def test_the_same_offsets_of_another_document_hold_nothing() -> None:
    assert newly_held([("other.txt", passage_span(2))], [evidence(2)]) == [0]


def test_a_random_ranking_scores_its_expectation() -> None:
    n = 40
    every = [held([*range(1, n - at), 0, *range(n - at, n)], evidence(0)) for at in range(n)]
    for k in DEPTHS:
        assert sum(recall_at(k, each, 1) for each in every) / n == pytest.approx(k / n)
    harmonic = sum(1 / rank for rank in range(1, n + 1))
    assert sum(map(reciprocal_rank, every)) / n == pytest.approx(harmonic / n)
    ten = sum(map(gain, range(1, 11)))
    assert sum(ndcg_at(10, each, [1]) for each in every) / n == pytest.approx(ten / n)


def test_ndcg_is_less_than_one_where_a_passage_without_evidence_comes_first() -> None:
    # Passage 1 holds both, so that an ideal ranking begins with it alone; 2 and 3 hold one each.
    counts = held([0, 2, 3], evidence(1, 2), evidence(1, 3))
    assert counts == [0, 1, 1]
    assert ndcg_at(10, counts, [2]) == pytest.approx((gain(2) + gain(3)) / (2 * gain(1)))
