"""What a file is, by its content first: a name's ending decides only among kinds of text.

Says nothing of whether the file can be read; its loader finds that.
"""

import codecs
import io
import re
import zipfile
from pathlib import PurePosixPath

from footnote.errors import UnreadableFile

# Kinds of text, between which content cannot tell for certain.
_TEXTS = frozenset(".txt .text .md .markdown .rst .html .htm .csv .tsv .json .jsonl .eml".split())
_KNOWN = _TEXTS | frozenset(".pdf .docx .xlsx .pptx .epub .odt .rtf .zip".split())
_HEAD = 1024
# Enough to tell text from other bytes.
_SAMPLE = 1 << 16
_MIME_LENGTH = 100
_PDF = b"%PDF-"
_RTF = b"{\\rtf"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A comment ends at its first "-->": taken for any text, many could be parted in too many ways.
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(
    rb"(?:From|To|Cc|Subject|Date|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|"
    rb"Reply-To|Sender|Content-Type|DKIM-Signature|X-[\w-]+):",
    re.IGNORECASE,
)
_PICTURE = "a picture ({}); the text in pictures is not read"
_SOUND = "sound or video ({}); write down what is said"
_ARCHIVE = "an archive of another kind than zip ({}); unpack it"
_PROGRAM = "a program, not a document"
# What other files begin with, and why they are not read.
_OTHERS = (
    (b"\x89PNG\r\n", _PICTURE.format("PNG")),
    (b"\xff\xd8\xff", _PICTURE.format("JPEG")),
    (b"GIF8", _PICTURE.format("GIF")),
    (b"II*\0", _PICTURE.format("TIFF")),
    (b"MM\0*", _PICTURE.format("TIFF")),
    (b"AT&TFORM", "a DjVu file; save it as a PDF with text"),
    (b"\x1f\x8b", _ARCHIVE.format("gzip")),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE.format("7z")),
    (b"Rar!\x1a\x07", _ARCHIVE.format("RAR")),
    (b"\xfd7zXZ\0", _ARCHIVE.format("xz")),
    (b"BZh", _ARCHIVE.format("bzip2")),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE.format("Zstandard")),
    (b"\x7fELF", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"SQLite format 3\0", "a database (SQLite); export its tables as CSV"),
    (b"PAR1", "a table in Parquet; export it as CSV"),
    (b"%!PS", "PostScript; make a PDF of it"),
    (b"\xffWPC", "a WordPerfect file; save it as .docx"),
    (b"ID3", _SOUND.format("MP3")),
    (b"OggS", _SOUND.format("Ogg")),
    (b"fLaC", _SOUND.format("FLAC")),
    (b"\x1aE\xdf\xa3", _SOUND.format("Matroska")),
)
_OTHERS_WITHIN = (
    (8, b"WEBP", _PICTURE.format("WebP")),
    (8, b"WAVE", _SOUND.format("WAV")),
    (8, b"AVI ", _SOUND.format("AVI")),
    (4, b"ftypheic", _PICTURE.format("HEIC")),
    (4, b"ftypavif", _PICTURE.format("AVIF")),
    (4, b"ftyp", _SOUND.format("MP4")),
    (60, b"BOOKMOBI", "a Kindle book; convert it to EPUB"),
    (257, b"ustar", _ARCHIVE.format("tar")),
)
# Streams of an OLE file, by which the program that wrote it is known.
_OLE_STREAMS = (
    ("EncryptedPackage", "an encrypted Office file; save it without a password"),
    ("WordDocument", "an old Word file (.doc); save it as .docx"),
    ("Workbook", "an old Excel file (.xls); save it as .xlsx"),
    ("PowerPoint Document", "an old PowerPoint file (.ppt); save it as .pptx"),
    ("__substg1.0_", "an Outlook message (.msg); save it as .eml"),
)
_ODF = "application/vnd.oasis.opendocument."
_OTHER_ZIPS = (
    ("xl/workbook.bin", "a binary Excel file (.xlsb); save it as .xlsx"),
    ("Index/Document.iwa", "a Pages, Numbers or Keynote file; export it as .docx, .xlsx or .pptx"),
    ("Index.zip", "a Pages, Numbers or Keynote file; export it as .docx, .xlsx or .pptx"),
)
_ZIPPED = {
    "word/document.xml": ".docx",
    "xl/workbook.xml": ".xlsx",
    "ppt/presentation.xml": ".pptx",
    "META-INF/container.xml": ".epub",
}


def detect(name: str, data: bytes) -> str:
    """Return the ending under which the loader for a file stands; ``.zip`` for an archive.

    Raises UnreadableFile for a kind of file that is not read, which names the way out.

    >>> detect("notes.txt", b"%PDF-1.7 ...")
    '.pdf'
    >>> detect("README", b"Some text.")
    '.txt'
    """
    suffix = _suffix(name)
    found = _by_magic(data, suffix)
    if found is not None:
        return found
    if suffix in _KNOWN:
        return suffix
    if _is_mail(data):
        return ".eml"
    if not suffix and _is_clearly_text(data):
        return ".txt"
    ending = repr(suffix) if suffix else "a name without an ending"
    raise UnreadableFile(f"no loader for {ending}")


def is_zip(data: bytes) -> bool:
    """Tell whether bytes begin like a zip."""
    return data.startswith(_ZIP)


def zip_kind(data: bytes) -> str:
    """Return the ending of a document that is a zip, or ``.zip`` for any other.

    Raises UnreadableFile for a kind of document that is not read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = set(file.namelist())
            kind = b""
            if "mimetype" in names:
                with file.open("mimetype") as part:
                    kind = part.read(_MIME_LENGTH)
    # Whatever is wrong with it, who opens it next says so.
    except Exception:  # noqa: BLE001
        return ".zip"
    return _zipped(names, kind.decode("ascii", "replace").strip())


def _zipped(names: set[str], kind: str) -> str:
    if kind.startswith(f"{_ODF}text"):
        return ".odt"
    if kind.startswith(_ODF):
        what = kind.removeprefix(_ODF)
        raise UnreadableFile(f"an OpenDocument {what}; save it as .xlsx, .pptx or PDF")
    for part, reason in _OTHER_ZIPS:
        if part in names:
            raise UnreadableFile(reason)
    if kind == "application/epub+zip":
        return ".epub"
    return next((ending for part, ending in _ZIPPED.items() if part in names), ".zip")


def _by_magic(data: bytes, suffix: str) -> str | None:
    head = data[:_HEAD]
    # Before what may stand anywhere in the beginning: a zip may begin with a PDF, stored.
    if is_zip(head):
        return _zip_ending(data, suffix)
    if head.startswith(_PDF) or (_PDF in head and not _is_clearly_text(data)):
        return ".pdf"
    if head.startswith(_OLE):
        raise UnreadableFile(_ole_reason(data))
    _refuse_others(data, suffix)
    unmarked = data[: 4 * _HEAD].removeprefix(codecs.BOM_UTF8).lstrip()
    if unmarked.startswith(_RTF):
        return ".rtf"
    if _HTML.match(unmarked):
        return ".html"
    # A mail is lines of text: where the ending says another kind of text, it is believed.
    return ".eml" if suffix in _KNOWN - _TEXTS and _is_mail(data) else None


def _zip_ending(data: bytes, suffix: str) -> str | None:
    kind = zip_kind(data)
    # Without the parts that make it one, what is named as a document is a damaged document.
    if kind == ".zip" and suffix in {*_ZIPPED.values(), ".odt"}:
        return suffix
    # Programs are zips too: an archive is what is named as one, or as something else that is read.
    return kind if kind != ".zip" or suffix in _KNOWN or not suffix else None


def _refuse_others(data: bytes, suffix: str) -> None:
    """Raise UnreadableFile for what is known and not read."""
    # A text may well begin with a few of these letters.
    if _is_clearly_text(data) and not (data.startswith(b"%!PS") and suffix not in _TEXTS):
        return
    for magic, reason in _OTHERS:
        if data.startswith(magic):
            raise UnreadableFile(reason)
    for at, magic, reason in _OTHERS_WITHIN:
        if data.startswith(magic, at):
            raise UnreadableFile(reason)
    if b"\0" in data[:_HEAD]:
        if data.startswith(b"MZ"):
            raise UnreadableFile(_PROGRAM)
        if data.startswith(b"BM"):
            raise UnreadableFile(_PICTURE.format("BMP"))


def _ole_reason(data: bytes) -> str:
    for stream, reason in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return reason
    return "an old Office file, or an encrypted one; save it in a format of today, unencrypted"


def _is_mail(data: bytes) -> bool:
    """Tell whether a file begins with the headers of a mail, two at the least."""
    lines = data[: 4 * _HEAD].lstrip().split(b"\n\n")[0].split(b"\r\n\r\n")[0].splitlines()
    names = [line for line in lines if line[:1] not in (b" ", b"\t")]
    return (
        len(names) > 1
        and _MAIL.match(names[0]) is not None
        and sum(_MAIL.match(line) is not None for line in names) > 1
        and all(re.match(rb"[\w-]+:", line) for line in names[:-1])
    )


def _is_clearly_text(data: bytes) -> bool:
    """Tell whether a file is text in UTF-8, or in what its byte order mark says."""
    sample = data[:_SAMPLE]
    encoding = "utf-8"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeError:
        return False
    return not any(character < " " and character not in "\t\n\r\f\v\x1b" for character in text)


def _suffix(name: str) -> str:
    """Return a name's ending in small letters; "Mr. Smith" and "version 1.2" have none."""
    suffix = PurePosixPath(name).suffix.lower()
    return "" if " " in suffix or suffix[1:].isdigit() else suffix
