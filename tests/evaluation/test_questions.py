from pathlib import Path

import pytest

from footnote.engine import Turn
from footnote.errors import QuestionFileError
from footnote.evaluation.questions import read_questions


def write(content: str | bytes) -> Path:
    path = Path("questions.jsonl")
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_rows_keep_their_fields_and_get_line_numbers_as_ids() -> None:
    rows = '{"question": "One?", "answers": ["1"]}\n\n{"id": 7, "question": "Two?"}\n'
    one, two = read_questions(write(rows))
    assert (one.id, one.text, one.row["answers"]) == ("1", "One?", ["1"])
    assert (two.id, two.text) == ("7", "Two?")


def test_a_byte_order_mark_and_crlf_are_no_part_of_a_question() -> None:
    questions = read_questions(write(b'\xef\xbb\xbf{"question": "One?"}\r\n{"question": "Two?"}'))
    assert [question.text for question in questions] == ["One?", "Two?"]


def test_history_is_read() -> None:
    row = '{"question": "And then?", "history": [{"question": "Q?", "answer": "A."}]}'
    assert read_questions(write(row))[0].history == (Turn("Q?", "A."),)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object but list"),
        ("{}", "question is None"),
        ('{"question": " "}', "question is ' '"),
        ('{"question": "' + "x" * 2001 + '"}', "2001 characters; at most 2000"),
        ('{"question": "Q?", "id": ""}', "id is ''"),
        ('{"question": "Q?", "id": true}', "id is True"),
        ('{"question": "Q?", "history": 1}', "history is 1"),
        ('{"question": "Q?", "history": [{"question": "Q?"}]}', "history holds"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_a_bad_row_is_named_by_line_and_reason(row: str, reason: str) -> None:
    with pytest.raises(QuestionFileError, match="line 2: ") as caught:
        read_questions(write(f'{{"question": "Good?"}}\n{row}\n'))
    assert reason in str(caught.value)


def test_a_repeated_id_names_the_line_that_used_it() -> None:
    with pytest.raises(QuestionFileError, match="line 2: id 'a' was used in line 1"):
        read_questions(write('{"id": "a", "question": "One?"}\n{"id": "a", "question": "Two?"}'))


def test_an_id_that_is_the_number_of_another_line_is_a_repeated_one() -> None:
    with pytest.raises(QuestionFileError, match="id '2' was used in line 1"):
        read_questions(write('{"id": "2", "question": "One?"}\n{"question": "Two?"}'))


def test_all_bad_rows_are_counted_and_the_first_named() -> None:
    with pytest.raises(QuestionFileError, match="30 rows") as caught:
        read_questions(write("{}\n" * 30))
    assert str(caught.value).count("line ") == 20
    assert "and 10 more" in str(caught.value)


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_questions_is_an_error(content: str) -> None:
    with pytest.raises(QuestionFileError, match="holds no question"):
        read_questions(write(content))


def test_a_missing_file_and_a_binary_one_are_errors() -> None:
    with pytest.raises(QuestionFileError, match="cannot be read"):
        read_questions(Path("missing"))
    with pytest.raises(QuestionFileError, match="looks binary"):
        read_questions(write(b"\x89PNG\r\n\x1a\n\0\0\0\xff\xfe\xfd"))
