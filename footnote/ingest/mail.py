"""Mail (RFC 5322, MIME): subject, sender, receivers, date, and the body as text."""

import email
import email.headerregistry
import email.policy
from email.message import EmailMessage, MIMEPart

from footnote.errors import UnreadableFile
from footnote.ingest.decoding import canonical, decode
from footnote.ingest.html import read_html
from footnote.ingest.loaded import Loaded, left_out, of_reading
from footnote.ingest.plain import plain_blocks
from footnote.ingest.reading import ReadingText

_MEDIA_TYPE = "message/rfc822"
_HEADERS = ("From", "To", "Cc", "Date")


def read_mail(data: bytes) -> Loaded:
    """Read a mail; its plain body where it has one, else its HTML. Attachments are left out.

    Raises UnreadableFile for what has none of a mail's headers.
    """
    mail = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    if not any(mail[name] for name in ("Subject", *_HEADERS)):
        raise UnreadableFile("not a mail: it has neither subject nor sender, receiver or date")
    out = ReadingText()
    out.add("title", _line(mail["Subject"]), 1)
    for name in _HEADERS:
        if mail[name]:
            out.add("row", f"{name}: {_line(mail[name])}")
    body = mail.get_body(("plain", "html"))
    if body is not None:
        _add_body(out, body)
    attachments = sum(part.is_attachment() for part in mail.walk())
    return of_reading(_MEDIA_TYPE, out, date=_date(mail), notes=left_out(attachments, "attachment"))


def _add_body(out: ReadingText, body: MIMEPart) -> None:
    content = _content(body)
    if body.get_content_subtype() == "html":
        page = read_html(content)
        text, blocks = page.text, page.blocks
    else:
        text = canonical(content)
        blocks = plain_blocks(text)
    for block in blocks:
        # The subject is the title; what the body has stands below it.
        heads = block.kind in ("title", "heading")
        kind = "heading" if heads else block.kind
        marker = "- " if block.kind == "item" else ""
        out.add(kind, block.span.quote(text), block.level + heads, marker)


def _content(body: MIMEPart) -> str:
    try:
        return str(body.get_content())
    except LookupError:  # a charset that there is not
        payload = body.get_payload(decode=True)
        assert isinstance(payload, bytes)
        return decode(payload)


def _date(mail: EmailMessage) -> str | None:
    header = mail["Date"]
    sent = header.datetime if isinstance(header, email.headerregistry.DateHeader) else None
    return sent.date().isoformat() if sent is not None else None


def _line(value: object) -> str:
    return " ".join(str(value or "").split())
