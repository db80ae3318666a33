"""Make the files of corpus/ anew: python tests/data/formats/make.py FOLDER.

Needs LibreOffice, pandoc, Ghostscript and Chromium.
"""

import csv
import json
import subprocess
import sys
import tempfile
import textwrap
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True)
class Subject:
    """A made-up building, and what each document says of it."""

    file: str
    name: str
    place: str
    builder: str
    year: int
    keeper: str

    @property
    def markdown(self) -> str:
        return f"""# The {self.name}

The {self.name} stands in {self.place}. It was built in {self.year} by {self.builder}, who \
came from a family of masons.

## Keepers

The first keeper of the {self.name} was {self.keeper}. The work was paid with “coal & candles” \
for many years – until 1931.

## Stores

- coal for the stove
- paraffin for the lamps

## Visitors

| Year | Visitors |
|------|----------|
| 1911 | {self.year - 1500} |
| 1912 | {self.year - 1400} |
"""

    @property
    def slides(self) -> str:
        return f"""---
title: The {self.name}
---

## Place

- The {self.name} stands in {self.place}.
- It was built in {self.year} by {self.builder}.

::: notes
The first keeper of the {self.name} was {self.keeper}.
:::

## Visitors

| Year | Visitors |
|------|----------|
| 1911 | {self.year - 1500} |
"""

    @property
    def postscript(self) -> str:
        """Lines of text at places on a page, as programs of old wrote them."""
        text = self.markdown.replace("|", " ").replace("“", '"').replace("”", '"')
        lines = [
            line
            for paragraph in text.replace("–", "-").split("\n")
            for line in textwrap.wrap(paragraph.lstrip("# "), 70) or [""]
            if not line.startswith("---")
        ]
        shown = "\n".join(
            f"72 {720 - 16 * number} moveto ({line}) show" for number, line in enumerate(lines)
        )
        return f"%!PS\n/Times-Roman findfont 12 scalefont setfont\n{shown}\nshowpage\n"

    @property
    def rows(self) -> list[list[str]]:
        return [
            ["Building", "Place", "Builder", "Year", "First keeper"],
            [f"The {self.name}", self.place, self.builder, str(self.year), self.keeper],
            ["The Old Gate", "Lower Fenwick", "Tom Harrow", "1790", "Nobody"],
        ]


SUBJECTS = {
    file: Subject(file, name, place, builder, year, keeper)
    for file, name, place, builder, year, keeper in (
        ("writer.docx", "Brannock Lighthouse", "Port Ellin", "Ada Merrow", 1854, "Jonas Pell"),
        ("pandoc.docx", "Calder Bridge", "Upper Wenlow", "Hugh Stanner", 1861, "Mary Toft"),
        ("writer.odt", "Dunmore Mill", "Aldersby", "Ruth Garrick", 1833, "Peter Lane"),
        ("pandoc.odt", "Eskdale Library", "North Haven", "Carl Bowden", 1899, "Ines Marl"),
        ("writer.rtf", "Farrow Observatory", "Highcombe", "Lena Ostrom", 1872, "Otto Friel"),
        ("pandoc.rtf", "Garrow Theatre", "Millbrook", "Simon Ashdale", 1888, "Clara Venn"),
        ("pandoc.epub", "Inverley Station", "Redwater", "James Tulloch", 1867, "Nora Beck"),
        ("writer.pdf", "Jarrow Chapel", "Oakhanger", "Philip Rudd", 1842, "Agnes Hale"),
        ("ghostscript.pdf", "Kelby Windmill", "Sandholm", "Martha Quill", 1817, "Abel Stone"),
        ("chromium.pdf", "Lorne Market", "Eastry Cross", "Victor Amory", 1879, "Elsie Park"),
        ("impress.pptx", "Marsden Ferry", "Westering", "Olive Trask", 1895, "Finn Dacre"),
        ("pandoc.pptx", "Norbury School", "Tarnside", "Walter Inch", 1908, "Grace Orme"),
        ("calc.xlsx", "Orford Granary", "Barley Hill", "Nell Sorrow", 1826, "Rufus Kay"),
        ("pandoc.html", "Penrose Hospital", "Saint Avel", "Doris Wick", 1885, "Amos Reed"),
        ("pandoc.rst", "Quarley Bakery", "Thornby", "Leo Marchant", 1891, "Ida Frome"),
        ("written.md", "Rushton Brewery", "Cold Ashton", "Kate Dunning", 1849, "Seth Moor"),
        ("pandoc.txt", "Selby Tannery", "Marlbeck", "Basil Thorne", 1839, "Una Flint"),
        ("python.eml", "Tarrant Forge", "Ironbridge End", "Mabel Stroud", 1812, "Noel Gate"),
        ("python.csv", "Upton Dairy", "Greenholt", "Cyril Vane", 1901, "Pearl Dow"),
        ("python.tsv", "Varley Pottery", "Claybourne", "Hilda Knox", 1876, "Silas Penn"),
        ("python.json", "Wexley Arsenal", "Fort Carrow", "Arthur Blyth", 1805, "Lydia Cole"),
        ("python.jsonl", "Yarrow Shipyard", "Keelham", "Stella Marr", 1863, "Evan Pike"),
        ("python.zip", "Zennor Foundry", "Smeltham", "Rosa Ingram", 1858, "Miles Carr"),
    )
}
FILTER = ["--infilter=HTML (StarWriter)"]


def run(*command: str | Path) -> None:
    """Run a program, and fail where it does."""
    subprocess.run(list(command), check=True, capture_output=True)


def office(source: Path, folder: Path, target: str, *options: str) -> None:
    """Convert a file with LibreOffice."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    run(
        "soffice",
        profile,
        "--headless",
        *options,
        "--convert-to",
        target,
        "--outdir",
        folder,
        source,
    )


def pandoc(subject: Subject, source: Path, target: Path) -> None:
    """Convert Markdown with pandoc."""
    plain = ["-t", "plain"] if target.suffix == ".txt" else []
    title = ["--metadata", f"pagetitle=The {subject.name}"] if target.suffix == ".html" else []
    run("pandoc", "-s", *plain, *title, source, "-o", target)


def make(subject: Subject, folder: Path, target: Path) -> None:
    """Make one document by the program that its name says."""
    program, ending = subject.file.split(".")
    source, page = folder / "source.md", folder / "source.html"
    source.write_text(subject.slides if ending == "pptx" else subject.markdown)
    if ending != "pptx":
        pandoc(subject, source, page)
    if program == "pandoc":
        pandoc(subject, source, target)
    elif program == "written":
        target.write_text(subject.markdown)
    elif program == "writer":
        office(page, folder, ending, *FILTER)
        target.write_bytes((folder / f"source.{ending}").read_bytes())
    elif program == "chromium":
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
        run("chromium", *options, f"--print-to-pdf={target}", page)
    elif program == "ghostscript":
        (folder / "made.ps").write_text(subject.postscript)
        run("gs", "-q", "-sDEVICE=pdfwrite", "-o", target, folder / "made.ps")
    elif program == "impress":
        pandoc(subject, source, folder / "made.pptx")
        office(folder / "made.pptx", folder, "odp")
        office(folder / "made.odp", folder, "pptx:Impress MS PowerPoint 2007 XML")
        target.write_bytes((folder / "made.pptx").read_bytes())
    elif program == "calc":
        write_table(folder / "Buildings.csv", subject, ",")
        office(folder / "Buildings.csv", folder, "xlsx:Calc MS Excel 2007 XML")
        target.write_bytes((folder / "Buildings.xlsx").read_bytes())
    else:
        by_python(subject, ending, target)


def write_table(target: Path, subject: Subject, delimiter: str) -> None:
    """Write rows with Python's csv."""
    with target.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(subject.rows)


def by_python(subject: Subject, ending: str, target: Path) -> None:
    """Make a document with Python's own modules."""
    names = [name.lower() for name in subject.rows[0]]
    records = [dict(zip(names, row, strict=True)) for row in subject.rows[1:]]
    if ending in ("csv", "tsv"):
        write_table(target, subject, "\t" if ending == "tsv" else ",")
    elif ending == "json":
        target.write_text(json.dumps(records, indent=1))
    elif ending == "jsonl":
        target.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    elif ending == "zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("buildings/foundry.md", subject.markdown)
            file.writestr("rows.json", json.dumps(records[1:]))
    else:
        mail = EmailMessage()
        mail["Subject"] = f"The {subject.name}"
        mail["From"], mail["To"] = "ann@example.org", "bo@example.org"
        mail["Date"] = "Wed, 25 Nov 2026 10:00:00 +0000"
        mail.set_content(
            subject.markdown.split("## Visitors")[0].replace("# ", "").replace("#", "")
        )
        mail.add_attachment(b"a,b\n", maintype="text", subtype="csv", filename="visitors.csv")
        target.write_bytes(bytes(mail))


if __name__ == "__main__":
    corpus = Path(sys.argv[1])
    for each in SUBJECTS.values():
        if not (corpus / each.file).exists():
            with tempfile.TemporaryDirectory() as temporary:
                make(each, Path(temporary), corpus / each.file)
