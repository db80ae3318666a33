"""Tables and records: each row and each field is canonical text that can be quoted."""

import csv
import json

import pytest

from footnote.errors import UnreadableFile
from footnote.ingest.loaders import load
from tests.ingest.samples import read, shape


def rows(name: str, content: str | bytes) -> list[tuple[str, str]]:
    document = read(name, content)
    return shape(document.text, document.blocks)


@pytest.mark.parametrize(
    ("name", "mark"), [("a.csv", ","), ("a.csv", ";"), ("a.csv", "|"), ("a.tsv", "\t")]
)
def test_a_row_names_its_columns(name: str, mark: str) -> None:
    table = f"Year{mark}Visitors{mark}Note\n1911{mark}40{mark}\n1912{mark}52{mark}wet\n"
    assert rows(name, table) == [
        ("row", "Year: 1911; Visitors: 40"),
        ("row", "Year: 1912; Visitors: 52; Note: wet"),
    ]


def test_quotes_commas_and_line_ends_in_a_cell_stay_in_their_row() -> None:
    table = 'Name,Saying\r\nAnn,"She said ""no"",\r\nand left"\r\n\r\nBo,"ü 💡"\r\n'
    assert rows("a.csv", table) == [
        ("row", 'Name: Ann; Saying: She said "no", and left'),
        ("row", "Name: Bo; Saying: ü 💡"),
    ]


@pytest.mark.parametrize("first", ["1911,40", "Ann,Ann", "Ann,", "Ann"])
def test_a_first_row_that_names_no_columns_is_a_row_like_others(first: str) -> None:
    assert rows("a.csv", f"{first}\nBo,52\n")[1] == ("row", "Bo; 52")


def test_a_row_of_another_length_gives_its_values() -> None:
    assert rows("a.csv", "Year,Visitors\n1911,40,wet\n")[0] == ("row", "1911; 40; wet")


def test_a_cell_beyond_what_the_parser_holds_is_named() -> None:
    csv.field_size_limit(10**6)  # as after questions in CSV were read in this process
    with pytest.raises(UnreadableFile, match="not a table that can be read: field larger"):
        load("a.csv", b'a,b\n1,"' + b"x" * 200_000 + b'"\n')


def test_json_gives_its_fields_by_name_and_its_texts_as_paragraphs() -> None:
    long = "The lamp was lit at dusk. " * 10
    value = [
        {"title": "Lamp", "tags": ["light", "sea"], "keeper": {"name": "Ann", "age": 41}},
        {"title": "Log", "empty": None, "body": f"{long}\n\nThe end."},
        "A text by itself",
    ]
    expected = [
        ("row", "title: Lamp; tags: light; tags: sea; keeper.name: Ann; keeper.age: 41"),
        ("row", "title: Log"),
        ("paragraph", long.strip()),
        ("paragraph", "The end."),
        ("row", "A text by itself"),
    ]
    assert rows("a.json", json.dumps(value)) == expected
    lines = "\n".join(json.dumps(each) for each in value)
    assert rows("a.jsonl", f"{lines}\n\n") == expected


def test_one_object_is_one_record() -> None:
    assert rows("a.json", '{"a": true, "b": 1.5}') == [("row", "a: true; b: 1.5")]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", "{nothing", "not JSON: "),
        ("a.jsonl", '{"a": 1}\n{nothing\n', "line 2 is not JSON: "),
        ("a.json", "[]", "holds no text"),
        ("a.json", "[" * 60 + "1" + "]" * 60, "records within records, more than 50 deep"),
        ("a.json", "[" * 100_000, "its loader failed: RecursionError"),
        ("a.csv", "\0\1\2\3", "looks binary"),
    ],
)
def test_what_cannot_be_read_is_named(name: str, content: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        load(name, content.encode())
