import csv
import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from footnote.errors import QuestionFileError, UsageError
from footnote.evaluation.question_files import read_articles, read_questions
from footnote.evaluation.questions import Evidence, Question
from footnote.evaluation.rows import FIELDS, question_of, to_row
from footnote.evaluation.squad import write_articles
from footnote.evaluation.template import template
from footnote.records import Span, Turn


def write(content: str | bytes, name: str = "questions.jsonl") -> Path:
    path = Path(name)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(content: str | bytes, name: str = "questions.jsonl") -> str:
    with pytest.raises(QuestionFileError) as caught:
        read_questions(write(content, name))
    return str(caught.value)


def test_rows_keep_their_fields_and_get_line_numbers_as_ids() -> None:
    rows = '{"question": "One?", "answers": ["1"], "own": 3}\n\n{"id": 7, "question": "Two?"}\n'
    one, two = read_questions(write(rows))
    assert one == Question("1", "One?", ("1",), answerable=True)
    assert (two.id, two.text, two.answerable, two.line) == ("7", "Two?", None, 3)


def test_every_field_is_read() -> None:
    row = {
        "id": "x",
        "question": "And then?",
        "answers": ["a", "b", "a"],
        "answerable": True,
        "document": "d.txt",
        "start": 3,
        "end": 9,
        "tags": ["t"],
        "history": [{"question": "Q?", "answer": "A."}],
        "evidence": [{"document": "e.txt", "quote": "as said"}],
    }
    assert read_questions(write(json.dumps(row))) == [
        Question(
            "x",
            "And then?",
            ("a", "b"),
            True,
            (Evidence("d.txt", None, (Span(3, 9),)), Evidence("e.txt", "as said")),
            "d.txt",
            ("t",),
            (Turn("Q?", "A."),),
        )
    ]


def test_a_byte_order_mark_and_crlf_are_no_part_of_a_question() -> None:
    questions = read_questions(write(b'\xef\xbb\xbf{"question": "One?"}\r\n{"question": "Two?"}'))
    assert [question.text for question in questions] == ["One?", "Two?"]
    questions = read_questions(write(b"\xef\xbb\xbfquestion,tags\r\nOne?,a|b\r\n", "q.csv"))
    assert [(question.text, question.tags) for question in questions] == [("One?", ("a", "b"))]


def test_unicode_line_separators_end_no_line() -> None:
    assert read_questions(write('{"question": "One\u2028two\x85?"}'))[0].text == "One\u2028two\x85?"


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
        ('{"question": "Q?", "id": "' + "i" * 1001 + '"}', "1001 characters; at most 1000"),
        ('{"question": "Q?", "history": 1}', "history is 1"),
        ('{"question": "Q?", "history": [{"question": "Q?"}]}', "history holds"),
        ('{"question": "Q?", "answers": "one"}', "answers is the text 'one'; a list"),
        ('{"question": "Q?", "answers": [1]}', "answers is [1]"),
        ('{"question": "Q?", "answers": [" "]}', "none empty"),
        ('{"question": "Q?", "answers": ["A", "?"]}', "of which nothing is compared"),
        ('{"question": "Q?", "answers": ["' + "x" * 1_000_000 + '"]}', "1000000 characters; at"),
        ('{"question": "Q?", "answerable": "yes"}', "answerable is 'yes'"),
        ('{"question": "Q?", "answerable": false, "answers": ["a"]}', "but answers is given"),
        ('{"question": "Q?", "answer": ["a"]}', "no field 'answer'; did you mean 'answers'"),
        ('{"question": "Q?", "quote": "x"}', "document is None"),
        ('{"question": "Q?", "document": 1}', "document is 1"),
        ('{"question": "Q?", "document": "d", "start": 3}', "start and end are [3, None]"),
        ('{"question": "Q?", "document": "d", "start": 3, "end": 3}', "0 <= start < end"),
        ('{"question": "Q?", "document": "d", "start": -1, "end": 3}', "0 <= start < end"),
        ('{"question": "Q?", "document": "d", "start": true, "end": 3}', "start and end are"),
        ('{"question": "Q?", "document": "d", "start": NaN, "end": 3}', "start and end are"),
        ('{"question": "Q?", "document": "d", "quote": ""}', "quote is ''"),
        ('{"question": "Q?", "document": "d", "quote": "' + "x" * 20_001 + '"}', "at most 20000"),
        ('{"question": "Q?", "evidence": [{"document": "d"}]}', "needs a quote, or start and end"),
        ('{"question": "Q?", "evidence": "d"}', "evidence is 'd'"),
        ('{"question": "half a pair \\ud83d"}', "no character"),
        ('{"question": "Q?", "answers": ["\\udc00"]}', "no character"),
        ('{"question": "Q?", "start": ' + "9" * 5000 + "}", "not JSON that can be read"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_a_bad_row_is_named_by_line_and_reason(row: str, reason: str) -> None:
    told = refused(f'{{"question": "Good?"}}\n{row}\n')
    assert "line 2: " in told
    assert reason in told
    assert len(told) < 2000


def test_bytes_that_are_not_utf8_are_named_by_line() -> None:
    told = refused(b'{"question": "Good?"}\n{"question": "caf\xe9?"}\n')
    assert "line 2: not UTF-8" in told
    assert "line 3: not UTF-8" in refused(b"question\nGood?\ncaf\xe9?\n", "q.csv")
    assert "line 2: not UTF-8" in refused(b'{"data":\n"caf\xe9"}', "q.json")


def test_a_repeated_id_names_the_line_that_used_it() -> None:
    told = refused('{"id": "a", "question": "One?"}\n{"id": "a", "question": "Two?"}')
    assert "line 2: id 'a' was used in line 1" in told


def test_an_id_that_is_the_number_of_another_line_is_a_repeated_one() -> None:
    told = refused('{"id": "2", "question": "One?"}\n{"question": "Two?"}')
    assert "id '2' was used in line 1" in told


def test_every_bad_row_is_named_those_of_one_reason_together() -> None:
    told = refused("{}\n" * 30 + '{"question": "Good?"}\n{}\n[1]\n')
    assert told.startswith("32 rows of 'questions.jsonl' cannot be used; nothing was asked:")
    assert "lines 1-30, 32: question is None" in told
    assert "line 33: not a JSON object" in told


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_questions_is_an_error(content: str) -> None:
    assert "holds no question" in refused(content)


def test_a_csv_without_rows_is_an_error() -> None:
    assert "holds no question" in refused("", "q.csv")
    assert "holds no question" in refused("question\n\n,\n", "q.csv")


def test_a_missing_file_and_a_binary_one_are_errors() -> None:
    with pytest.raises(QuestionFileError, match="cannot be read"):
        read_questions(Path("missing"))
    assert "give .jsonl, .csv, or .json" in refused("<html>", "page.html")
    assert "looks binary" in refused(b"\x89PNG\r\n\x1a\n\0\0\0\xff\xfe\xfd")
    assert "UTF-16" in refused('{"question": "Q?"}'.encode("utf-16"))
    assert "cannot be read" in refused(b"no gzip", "q.json.gz")


# CSV


def test_csv_has_answers_and_tags_apart_by_bars_and_history_as_json() -> None:
    content = (
        "id,question,answers,answerable,document,quote,start,end,tags,history\n"
        'a,"What, and\nwhen ""then""?", one | two ,true,d.txt,"so, it is",,,x|y,'
        '"[{""question"": ""Q?"", ""answer"": ""A.""}]"\n'
        "\n"
        "b,Not there?,,FALSE,,,,,,\n"
        "c,Offsets?,,,d.txt,,3,9,,\n"
    )
    one, two, three = read_questions(write(content, "q.csv"))
    assert one.text == 'What, and\nwhen "then"?'
    assert (one.answers, one.tags, one.history) == (
        ("one", "two"),
        ("x", "y"),
        (Turn("Q?", "A."),),
    )
    assert one.evidence == (Evidence("d.txt", "so, it is"),)
    assert (two.answerable, two.line) == (False, 5)
    assert three.evidence == (Evidence("d.txt", None, (Span(3, 9),)),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("text\nQ?\n", "line 1: the header is 'text'; a column named question"),
        ("question;answers\nQ?;a\n", "a column named question is needed; cells are separated by"),
        ("question,question\nQ?,a\n", "the header has 'question' more than once"),
        ("question,answer\nQ?,a\n", "did you mean 'answers'"),
        ("question\nQ?\na,b\n", "line 3: 2 cells under 1 columns"),
        ("question,answerable\nQ?,maybe\n", "line 2: answerable is 'maybe'; true or false"),
        ("question,start\nQ?,1.5\n", "line 2: start is '1.5'; a whole number"),
        ("question,start\nQ?,²\n", "line 2: start is '²'; a whole number"),
        ("question,history\nQ?,{\n", "line 2: history is '{'; JSON"),
        ('question\nGood?\n"open\nto the end', "line 3: not CSV"),
        ('question\n"a"b\n', "line 2: not CSV"),
        ("question,answers\nQ?," + "x" * 1_000_000, "1000000 characters; at most 20000"),
    ],
)
def test_a_bad_csv_row_is_named_by_line_and_reason(content: str, reason: str) -> None:
    assert reason in refused(content, "q.csv")


def test_rows_after_a_broken_csv_row_are_checked_too() -> None:
    told = refused('question,answerable\n"a"b,\nGood?,\nBad?,maybe\n', "q.csv")
    assert "line 2: not CSV" in told
    assert "line 4: answerable" in told


def test_a_formula_in_a_cell_is_a_text_like_any_other() -> None:
    formula = '=HYPERLINK("http://evil.example","x")'
    quoted = formula.replace('"', '""')
    assert read_questions(write(f'question\n"{quoted}"\n', "q.csv"))[0].text == formula


# SQuAD


def squad() -> dict[str, Any]:
    answered = {
        "id": "q1",
        "question": "When?",
        "answers": [
            {"text": "1868", "answer_start": 11},
            {"text": "in 1868", "answer_start": 8},
        ],
        "is_impossible": False,
    }
    impossible = {"id": "q2", "question": "Who?", "answers": [], "is_impossible": True}
    paragraphs = [
        {"context": "Café 😀.", "qas": []},
        {"context": "It lit\r\nin 1868.", "qas": [answered, impossible]},
    ]
    return {"data": [{"title": "The_Light", "paragraphs": paragraphs}]}


def test_squad_gives_an_article_a_document_with_answers_at_their_places() -> None:
    path = write(json.dumps(squad()), "squad.json")
    one, two = read_questions(path)
    article = read_articles(path)[0]
    assert article.name == "The_Light.txt"
    assert article.text == "The Light\n\nCafé 😀.\n\nIt lit\nin 1868."
    assert [span.quote(article.text) for span in one.evidence[0].spans] == ["in 1868", "1868"]
    assert (one.answers, one.answerable, one.document) == (
        ("1868", "in 1868"),
        True,
        "The_Light.txt",
    )
    assert (two.answerable, two.evidence, two.document) == (False, (), "The_Light.txt")
    write_articles(read_articles(path), Path("docs"))
    assert Path("docs/The_Light.txt").read_bytes().decode() == article.text


def test_squad_may_be_gzipped_and_version_1() -> None:
    data = squad()
    for qa in data["data"][0]["paragraphs"][1]["qas"]:
        del qa["is_impossible"]
    del data["data"][0]["paragraphs"][1]["qas"][1]
    path = write(gzip.compress(json.dumps(data).encode()), "squad.json.gz")
    assert read_questions(path)[0].answers == ("1868", "in 1868")


def test_titles_become_file_names_that_stay_in_the_folder_and_apart() -> None:
    titles = ["../../etc/passwd", "..", "", "a/b", "a\\b", ".hidden", "x" * 300, "é" * 300, "a\0b"]
    paragraphs = squad()["data"][0]["paragraphs"][:1]
    data = {"data": [{"title": title, "paragraphs": paragraphs} for title in titles]}
    articles = read_articles(write(json.dumps(data), "squad.json"))
    assert len({article.name for article in articles}) == len(titles)
    paths = write_articles(articles, Path("docs"))
    assert {path.resolve().parent for path in paths} == {Path("docs").resolve()}
    assert not any(path.name.startswith(".") for path in paths)


def test_documents_with_other_contents_are_not_written_over() -> None:
    articles = read_articles(write(json.dumps(squad()), "squad.json"))
    write_articles(articles, Path("docs"))
    write_articles(articles, Path("docs"))
    Path("docs/The_Light.txt").write_text("mine")
    with pytest.raises(UsageError, match="exists with other contents"):
        write_articles(articles, Path("docs"))
    assert Path("docs/The_Light.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([], 'an object with a list "data"'),
        ({"data": {}}, 'an object with a list "data"'),
        ({"data": [1]}, "article 1: "),
        ({"data": [{"title": "T"}]}, "article 1: 'paragraphs' is missing"),
        ({"data": [{"title": 5, "paragraphs": []}]}, "article 1: "),
        ({"data": []}, "holds no question"),
    ],
)
def test_other_json_is_refused_with_its_place(data: object, reason: str) -> None:
    assert reason in refused(json.dumps(data), "squad.json")


def test_an_answer_that_does_not_stand_where_it_says_is_refused() -> None:
    data = squad()
    data["data"][0]["paragraphs"][1]["qas"][0]["answers"][0]["answer_start"] = 12
    assert "'1868' does not stand at 12" in refused(json.dumps(data), "squad.json")


def test_every_bad_squad_question_is_named() -> None:
    data = squad()
    one, two = data["data"][0]["paragraphs"][1]["qas"]
    one["answers"][0]["answer_start"] = 12
    two["question"] = "x" * 2001
    told = refused(json.dumps(data), "squad.json")
    assert "question 'q1' of 'The_Light.txt': the answer" in told
    assert "question 'q2' of 'The_Light.txt': question has 2001 characters" in told
    del two["question"]
    assert "question 'q2' of 'The_Light.txt': 'question' is missing" in refused(
        json.dumps(data), "squad.json"
    )


def test_a_squad_question_is_read_without_the_spaces_around_it() -> None:
    data = squad()
    data["data"][0]["paragraphs"][1]["qas"][1]["question"] = f"{' ' * 9000}Who?\n"
    assert read_questions(write(json.dumps(data), "squad.json"))[1].text == "Who?"


def test_a_repeated_squad_id_is_refused() -> None:
    data = squad()
    data["data"][0]["paragraphs"][1]["qas"][1]["id"] = "q1"
    told = refused(json.dumps(data), "squad.json")
    assert "question 'q1': its id is used more than once" in told


def test_a_text_is_not_taken_for_true_or_false() -> None:
    data = squad()
    data["data"][0]["paragraphs"][1]["qas"][0]["is_impossible"] = "false"
    assert "is_impossible is 'false'" in refused(json.dumps(data), "squad.json")


def test_column_names_may_be_in_capitals() -> None:
    assert read_questions(write("Question, Answers\nQ?,x\n", "q.csv"))[0].answers == ("x",)


# Round trips


def test_a_question_and_its_row_are_one() -> None:
    rng = random.Random(5)
    for n in range(200):
        question = Question(
            str(n),
            "".join(rng.choices('a"\\\n,|=😀\u202eé ', k=9)) + "?",
            tuple(dict.fromkeys(rng.choices(["x", "y|z", '"'], k=rng.randrange(3)))),
            True,
            (Evidence("d", rng.choice([None, "q"]), (Span(n, n + 1),)),),
            rng.choice([None, "d"]),
            tuple(rng.choices("ab", k=rng.randrange(3)))[:1],
            (Turn("q", "a"),) * rng.randrange(2),
        )
        assert question_of(json.loads(json.dumps(to_row(question)))) == question


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_template_is_a_question_file_that_uses_every_field(form: str) -> None:
    questions = read_questions(write(template(form), f"q.{form}"))
    assert questions == read_questions(write(template("jsonl")))
    assert {question.answerable for question in questions} == {True, False, None}
    assert any(question.history for question in questions)
    used = {name for line in template("jsonl").splitlines() for name in json.loads(line)}
    assert used >= set(FIELDS) - {"start", "end", "evidence"}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Who built it?", "who"),
        ("To whom was it given?", "who"),
        ("How many steps?", "how many"),
        ("How much is it?", "how many"),
        ("how does it work", "how"),
        ("Is it lit?", "yes/no"),
        ("Tell me more.", "other"),
        ("In what year?", "what"),
    ],
)
def test_question_words(text: str, word: str) -> None:
    assert Question("1", text).word == word


def test_reading_a_short_file_leaves_long_fields_readable_elsewhere(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    (tmp_path / "q.csv").write_text("question\nWhy?\n")
    read_questions(tmp_path / "q.csv")
    assert csv.field_size_limit() >= before
