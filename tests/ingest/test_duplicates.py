"""Documents that are nearly the same are known, and versions that say other things are not."""

from footnote.ingest.duplicates import Sketches, sketch_of
from tests.ingest.samples import ARTICLE

TEXT = ARTICLE.read_text(encoding="utf-8")


def nearest(*texts: str) -> tuple[str, float] | None:
    """Add texts named a, b, …; return what is nearest to the last."""
    sketches = Sketches({})
    found = None
    for name, text in zip("abcd", texts, strict=False):
        found = sketches.nearest(name, sketch_of(text))
    return found


def test_a_copy_is_the_same_whatever_its_case_and_spaces() -> None:
    assert nearest(TEXT, " ".join(TEXT.upper().split())) == ("a", 1.0)


def test_a_copy_with_a_word_changed_is_near() -> None:
    found = nearest(TEXT, TEXT.replace("Tuesday", "Wednesday", 1))
    assert found is not None
    assert found[0] == "a"
    assert found[1] >= 0.9


def test_another_text_and_half_of_one_are_not_near() -> None:
    assert nearest(TEXT, "The quick brown fox jumps over the lazy dog. " * 5) is None
    assert nearest(TEXT, TEXT[: len(TEXT) // 2]) is None


def test_the_nearest_of_many_is_named() -> None:
    sketches = Sketches({f"text {n}": sketch_of(f"{TEXT[n * 40 :]} {n}") for n in range(100)})
    found = sketches.nearest("new", sketch_of(f"{TEXT[70 * 40 :]} 70"))
    assert found == ("text 70", 1.0)


def test_a_document_is_not_a_duplicate_of_what_it_was() -> None:
    sketches = Sketches({"a": sketch_of(TEXT)})
    assert sketches.nearest("a", sketch_of(TEXT)) is None


def test_a_text_of_a_few_words_is_near_to_nothing() -> None:
    assert sketch_of("No five words here") == b""
    assert nearest("No five words", "No five words") is None


def test_a_sketch_is_the_same_in_every_run() -> None:
    assert sketch_of("One run of just five words").hex()[:16] == "50632947b8ae1a11"
