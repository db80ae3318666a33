"""Dense and lexical hits are fused by their ranks."""

from hypothesis import given
from hypothesis import strategies as st

from footnote.store.search import reciprocal_rank_fusion
from tests.ingest.samples import examples


def test_ranks_are_fused_by_the_formula() -> None:
    fused = reciprocal_rank_fusion([[7, 8, 9], [9, 7, 5]])
    assert fused == [
        (7, 1 / (60 + 1) + 1 / (60 + 2)),
        (9, 1 / (60 + 3) + 1 / (60 + 1)),
        (8, 1 / (60 + 2)),
        (5, 1 / (60 + 3)),
    ]


def test_equal_sums_go_by_id() -> None:
    assert [id_ for id_, _ in reciprocal_rank_fusion([[5, 4], [4, 5], [2], [1]])] == [4, 5, 1, 2]


def test_nothing_fused_is_nothing() -> None:
    assert reciprocal_rank_fusion([]) == reciprocal_rank_fusion([[], []]) == []


@given(st.lists(st.lists(st.integers(0, 20), unique=True, max_size=10), max_size=3))
@examples
def test_fusing_keeps_each_id_once_and_sorts_by_score(rankings: list[list[int]]) -> None:
    fused = reciprocal_rank_fusion(rankings)
    assert sorted(id_ for id_, _ in fused) == sorted({id_ for each in rankings for id_ in each})
    assert fused == sorted(fused, key=lambda each: (-each[1], each[0]))
