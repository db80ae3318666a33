"""The nearest passages of Markdown: shown without its marks, opened as they are."""

import pytest
from playwright.sync_api import expect

from tests.web.widget.answers import answer_of, passage
from tests.web.widget.conftest import Embed, answered, opened
from tests.web.widget.stub import WidgetServer

pytestmark = pytest.mark.browser

# A passage, and the line that the server's own page makes of it too.
LINES = {
    "# The mill\n\nIt grinds #1 oats.": "The mill It grinds #1 oats.",
    "> ## Quoted\n> words > more": "Quoted words > more",
    "| Year | Oats |\n|---|:-:|\n| 1849 |  |\n|| 12 \\| 13 |": "Year · Oats 1849 12 | 13",
    "| Year | Oats \\| |\n|x| is no row": "Year · Oats | |x| is no row",
    "Above\n=====\n\n***\n\nA rule": "Above A rule",
    "```js\nrun();\n~~~\n#no heading": "run(); #no heading",
}
CLEAN = "node => node.textContent.replace(/\\s+/g, ' ').trim()"


@pytest.mark.parametrize(("text", "line"), LINES.items(), ids=range(len(LINES)))
@pytest.mark.parametrize("name", ["a.md", "b/A.MARKDOWN", "z.zip!/a.md"])
def test_of_markdown_it_shows_no_marks(
    embed: Embed, server: WidgetServer, name: str, text: str, line: str
) -> None:
    page = opened(embed())
    show(server, name, text)
    row = answered(page, "None?").locator(".row")
    assert row.locator(".quote").evaluate(CLEAN) == line
    row.click()
    expect(page.locator(".source [role=status]")).to_be_empty()
    assert page.locator("mark").text_content() == text


def test_of_another_file_it_shows_what_is_there(embed: Embed, server: WidgetServer) -> None:
    show(server, "a.md.txt", "# > | a |\n|---|")
    quote = answered(opened(embed()), "None?").locator(".row .quote")
    assert quote.text_content() == "# > | a |\n|---|"


def show(server: WidgetServer, name: str, text: str) -> None:
    """Find nothing but a passage of a document of that name."""
    nearest = passage("The last keeper") | {"document": name, "start": 0, "end": len(text)}
    answer = answer_of("None?", [("Nothing.", [])], status="not_found")
    answer["passages"] = [nearest | {"text": text}]
    server.texts["d-light"] = text
    server.plans["None?"] = lambda reply: reply.answer(answer)
