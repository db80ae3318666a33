"""Mails: headers and body, in the encodings that mail programs use."""

from email.message import EmailMessage

import pytest

from footnote.errors import UnreadableFile
from footnote.ingest.loaders import load
from tests.ingest.samples import read, shape


def mail() -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = "Öffnungszeiten 💡 of the\tlighthouse"
    made["From"] = "Ann Keeper <ann@example.org>"
    made["To"] = "Bo <bo@example.org>"
    made["Date"] = "Wed, 25 Nov 2026 10:00:00 +0000"
    return made


HEAD = [
    ("title 1", "Öffnungszeiten 💡 of the lighthouse"),
    ("row", "From: Ann Keeper <ann@example.org>"),
    ("row", "To: Bo <bo@example.org>"),
    ("row", "Date: Wed, 25 Nov 2026 10:00:00 +0000"),
]


def test_a_mail_has_its_subject_as_title_and_its_plain_body() -> None:
    made = mail()
    made.set_content("Hello Bo,\n\nthe tower opens at 9 – every day.\n\n- bring shoes\n- come\n")
    made.add_alternative("<p>Not this one</p>", subtype="html")
    made.add_attachment(b"secret", maintype="application", subtype="octet-stream")
    document = read("a.eml", bytes(made))
    assert document.title == "Öffnungszeiten 💡 of the lighthouse"
    assert shape(document.text, document.blocks) == [
        *HEAD,
        ("paragraph", "Hello Bo,"),
        ("paragraph", "the tower opens at 9 – every day."),
        ("item", "bring shoes"),
        ("item", "come"),
    ]


def test_a_mail_in_html_is_read_as_a_page() -> None:
    made = mail()
    made.set_content("<h1>Hours</h1><p>It opens at 9.</p><script>x()</script>", subtype="html")
    document = read("a.eml", bytes(made))
    assert shape(document.text, document.blocks) == [
        *HEAD,
        ("heading 2", "Hours"),
        ("paragraph", "It opens at 9."),
    ]


@pytest.mark.parametrize("data", [b"No mail at all.", b"\0\1\2", b"X-Else: 1\n\nBody\n"])
def test_what_is_no_mail_is_named(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="not a mail"):
        load("a.eml", data)


def test_a_mail_with_a_charset_that_there_is_not_is_read_all_the_same() -> None:
    data = "Subject: Hours\nContent-Type: text/plain; charset=nonsense\n\nÖffnet um 9.\n"
    assert load("a.eml", data.encode()).text == "Hours\n\nÖffnet um 9."


def test_the_date_is_that_of_sending_and_attachments_are_counted() -> None:
    made = mail()
    made.set_content("Hello.")
    assert (load("a.eml", bytes(made)).date, load("a.eml", bytes(made)).notes) == ("2026-11-25", ())
    for name in ("a.txt", "b.txt"):
        made.add_attachment("secret", filename=name)
    loaded = load("a.eml", bytes(made))
    assert loaded.notes == ("2 attachments left out",)
    assert "secret" not in loaded.text


@pytest.mark.parametrize("date", ["", "Date: yesterday\n", "Date: 99 Foo 2026 10:00\n"])
def test_a_date_that_is_none_is_left_out(date: str) -> None:
    assert load("a.eml", f"Subject: Hours\n{date}\nIt opens at 9.".encode()).date is None
