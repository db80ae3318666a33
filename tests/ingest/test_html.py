"""What a reader sees of a page, and nothing of the site around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.errors import UnreadableFile
from footnote.ingest.html import read_html
from tests.ingest.samples import TEXTS, examples, kinds, shape


def found(page: str | bytes) -> list[tuple[str, str]]:
    read = read_html(page.encode() if isinstance(page, str) else page)
    return shape(read.text, read.blocks)


def text_of(page: str | bytes) -> str:
    return read_html(page.encode() if isinstance(page, str) else page).text


def test_blocks_stand_in_reading_order_with_a_blank_line_between() -> None:
    page = read_html(
        b"<title>Site</title><h1>Tea</h1><p>Green <b>or</b> black.<div>Hot<br>and sweet.</div>"
    )
    assert page.text == "Tea\n\nGreen or black.\n\nHot and sweet."
    assert shape(page.text, page.blocks) == [
        ("title 1", "Tea"),
        ("paragraph", "Green or black."),
        ("paragraph", "Hot and sweet."),
    ]


def test_the_heading_of_a_note_is_none_of_what_follows() -> None:
    page = (
        '<h1>Tea</h1><h2>Hot</h2><div class="note"><h3 class="title">Note</h3><p>It burns.</div>'
        '<p>Wait.<div class="sidebar"><h3>Cups</h3></div>'
    )
    assert found(page) == [
        ("title 1", "Tea"),
        ("heading 2", "Hot"),
        ("paragraph", "Note"),
        ("paragraph", "It burns."),
        ("paragraph", "Wait."),
        ("heading 3", "Cups"),
    ]
    # A page that is a note as a whole keeps its own.
    assert ("heading 2", "Hot") in found('<body class="note"><h1>Tea</h1><h2>Hot</h2><p>Wait.')


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>\n Green\n tea </title>", "Green tea"),
        ("<title></title>", None),
        ("", None),
        ("<title>a &amp; b</title>", "a & b"),
    ],
)
def test_the_title_element_names_the_page_and_is_not_in_its_text(
    head: str, title: str | None
) -> None:
    page = read_html(f"<html><head>{head}</head><body><p>Text.</p></body></html>".encode())
    assert (page.title, page.text) == (title, "Text.")


def test_the_first_heading_is_the_title_only_if_it_is_the_highest() -> None:
    assert [kind for kind, _ in found("<h2>a</h2><h3>b</h3><h3>c</h3>")] == [
        *("title 1", "heading 3", "heading 3")
    ]
    assert [kind for kind, _ in found("<h1>a</h1><h2>b</h2><h1>c</h1>")] == [
        *("heading 1", "heading 2", "heading 1")
    ]


@pytest.mark.parametrize(
    "around",
    [
        "<nav><p>Home</p></nav>",
        "<aside>Read also</aside>",
        "<footer>© 2026</footer>",
        "<script>var a = 1</script><style>p {}</style><noscript>No</noscript>",
        "<div role=navigation>Home</div><div role=search>Search</div>",
        "<a role=navigation href=/>Home</a>",
        "<template><p>Not yet</p></template><!-- a comment --><?php echo 1 ?>",
        "<p hidden>later</p><p style='color: red; display:none'>x</p>"
        "<p style='visibility : hidden'>x</p>",
        "<button>Buy</button><select><option>1</select><label>Name</label><textarea>x</textarea>",
        "<svg><title>Logo</title><text>Logo</text></svg>",
        "<ul><li><a href=/>Home</a><li><a href=/a>About us</a><li><a href=/b>Shop</a></ul>",
        "<div><a href=/>Home</a> | <a href=/a>About the shop</a> | <a href=/b>All pages</a></div>",
    ],
    ids=lambda around: str(around)[1:].split("<")[0].split(">")[0],
)
def test_what_is_around_the_text_is_left_out(around: str) -> None:
    assert text_of(f"<p>Before.</p>{around}<p>After.</p>") == "Before.\n\nAfter."


def test_links_in_prose_are_text() -> None:
    page = "<p>See <a href=/1>one</a>, <a href=/2>two</a> or <a href=/3>three</a> of the rules.</p>"
    assert text_of(page) == "See one, two or three of the rules."


def test_a_link_of_a_heading_to_itself_is_none_of_it() -> None:
    page = (
        '<h1>Tea<a class="headerlink" href="#tea">¶</a></h1><p>See <a href="#c">#c</a> and # too.'
    )
    assert text_of(page) == "Tea\n\nSee #c and # too."


def test_a_page_of_links_alone_is_read() -> None:
    page = "<ul><li><a href=1>One</a><li><a href=2>Two</a><li><a href=3>Three</a></ul>"
    assert text_of(page) == "- One\n\n- Two\n\n- Three"


@pytest.mark.parametrize("content", ["<main>{}</main>", "<div role=main>{}</div>"])
def test_a_page_that_marks_its_content_is_taken_at_its_word(content: str) -> None:
    inner = "<header><h1>Tea</h1></header><p>Hot.</p>"
    assert text_of(f"<p>Banner</p>{content.format(inner)}<p>Comments</p>") == "Tea\n\nHot."


def test_a_page_within_a_form_is_read() -> None:
    page = "<form><input type=hidden value=x><h1>Tea</h1><p>Hot.</p><button>Go</button></form>"
    assert text_of(page) == "Tea\n\nHot."


def test_a_row_of_a_table_names_its_columns() -> None:
    page = (
        "<table><caption>Prices</caption><thead><tr><th>Size<th>Price</tr></thead>"
        "<tr><td>S<td>3 francs</tr><tr><td>L<td><p>5</p><p>francs</p></tr>"
        "<tr><td>XL<td></tr></table><p>Ask us.</p>"
    )
    assert found(page) == [
        ("paragraph", "Prices"),
        ("row", "Size: S; Price: 3 francs"),
        ("row", "Size: L; Price: 5 francs"),
        ("row", "Size: XL"),
        ("paragraph", "Ask us."),
    ]
    assert "Size; Price\nSize: S; Price: 3 francs\nSize: L" in text_of(page)


def test_a_table_without_a_header_gives_its_values() -> None:
    page = "<table><tr><td>Height<td>48 m</tr><tr><th>Keepers<td>3</tr></table>"
    assert found(page) == [("row", "Height; 48 m"), ("row", "Keepers; 3")]


def test_a_row_with_other_columns_than_the_header_gives_its_values() -> None:
    page = "<table><tr><th>a<th>b</tr><tr><td colspan=2>both</tr><tr><td>1<td>2</tr></table>"
    assert [words for _, words in found(page)] == ["both", "a: 1; b: 2"]


def test_a_table_in_a_cell_loses_nothing() -> None:
    page = "<table><tr><td>out<table><tr><td>in</td><td>ner</td></tr></table>rest</td></tr></table>"
    assert set(" ".join(text_of(page).split()).replace(";", "").split()) == {
        *("out", "in", "ner", "rest")
    }


def test_numbered_lists_keep_their_numbers() -> None:
    page = read_html("<ol start=4><li>four<li>five<li value=9>nine<ul><li>dot</ul><li>ten</ol>")
    assert page.text.split() == "4. four 5. five 9. nine - dot 10. ten".split()
    assert read_html("<ol start=x><li value=''>one<li>two</ol>").text.split() == (
        "1. one 2. two".split()
    )


def test_items_of_nested_lists_carry_their_markers_outside_the_quote() -> None:
    page = "<ul><li>one<ol><li>two<li><p>three</p><p>more</p></ol>rest<li>four</ul>"
    assert text_of(page) == "- one\n\n1. two\n\n2. three\n\nmore\n\nrest\n\n- four"
    assert [words for kind, words in found(page) if kind == "item"] == [
        *("one", "two", "three", "four")
    ]


def test_what_defines_a_term_stands_under_it() -> None:
    page = (
        "<dl><dt>-q</dt><dt>--quiet<dd>Be quiet.<pre>x -q</pre>"
        "<dl><dt>never<dd><p>Speak.<ul><li>At all.</ul></dl><p>The default.</dl><p>After.</p>"
    )
    assert found(page) == [
        *(("term 1", "-q"), ("term 1", "--quiet"), ("paragraph 1", "Be quiet.")),
        *(("code 1", "x -q"), ("term 2", "never"), ("paragraph 2", "Speak.")),
        *(("item 2", "At all."), ("paragraph 1", "The default."), ("paragraph", "After.")),
    ]
    table = "<dl><dt>a<dd><table><tr><th>n<tr><td>1</table><dl>"
    assert found(table) == [("term 1", "a"), ("row 1", "n: 1")]


@pytest.mark.parametrize(
    "listed",
    [
        "<dl><dt>Contents<dt>Index</dl>",
        f"<dl><dt>{'long ' * 40}<dd>A definition.</dl>",
        "<dl><dd>A definition of nothing.</dl>",
    ],
)
def test_terms_that_nothing_defines_and_long_ones_are_text(listed: str) -> None:
    assert "term" not in {kind.split()[0] for kind, _ in found(listed)}


def test_a_remark_between_a_term_and_its_definition_parts_them_not() -> None:
    assert found("<dl><dt>a</dt><!-- b --><dd>c</dd></dl>")[0] == ("term 1", "a")


def test_a_heading_within_a_term_is_one() -> None:
    assert found("<h1>FAQ</h1><dl><dt><h4>Why?</h4><dd>Because.</dl>")[1:] == [
        ("heading 4", "Why?"),
        ("paragraph 1", "Because."),
    ]


def test_preformatted_text_keeps_its_lines() -> None:
    page = "<p>Run:</p><pre>\nmake\n  make <b>test</b><br>make check\n</pre>"
    assert found(page)[1] == ("code", "make\n  make test\nmake check")


def test_entities_are_the_characters_that_they_stand_for() -> None:
    assert text_of("<p>&lt;b&gt; &amp; &eacute;&#x1F600;&nbsp;&copy;&unknown; x&#0;y</p>") == (
        "<b> & é😀 ©&unknown; x\ufffdy"
    )


WORDS = "Café – “déjà” 5 € 日本"


@pytest.mark.parametrize(
    "source",
    [
        f"<p>{WORDS}</p>".encode(),
        f"\ufeff<p>{WORDS}</p>".encode(),
        f"\ufeff<meta charset=windows-1252><p>{WORDS}</p>".encode(),
        f"<meta charset=UTF-8><p>{WORDS}</p>".encode(),
        f"<meta charset=utf-16><p>{WORDS}</p>".encode(),
        f"<?xml version='1.0' encoding='utf-8'?><html><p>{WORDS}</p></html>".encode(),
        f"<meta charset=no-such-thing><p>{WORDS}</p>".encode(),
        f"\ufeff<p>{WORDS}</p>".encode("utf-16-le"),
        f"\ufeff<p>{WORDS}</p>".encode("utf-16-be"),
        f"<meta http-equiv=Content-Type content='text/html; charset=gb18030'><p>{WORDS}".encode(
            "gb18030"
        ),
    ],
)
def test_a_page_is_read_in_its_encoding(source: bytes) -> None:
    assert text_of(source) == WORDS


@pytest.mark.parametrize(
    ("charset", "words"), [("koi8-r", "Да"), ("shift_jis", "日本"), ("iso-2022-jp", "日本")]
)
def test_a_few_words_in_an_old_encoding_are_read_as_declared(charset: str, words: str) -> None:
    assert text_of(f"<meta charset={charset}><p>{words}</p>".encode(charset)) == words


@pytest.mark.parametrize("charset", ["windows-1252", "iso-8859-1", "latin1"])
def test_a_page_that_says_latin_1_is_read_as_windows_1252(charset: str) -> None:
    page = f"<meta charset={charset}><p>“Café” – 5 €</p>".encode("cp1252")
    assert text_of(page) == "“Café” – 5 €"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>a<b>c<i>d</b>e", "acde"),
        ("</p></div>a</td>", "a"),
        ("no tags at all", "no tags at all"),
        ("<p>a<p>b<li>c<td>d", "a\n\nb\n\n- c\n\nd"),
        ("<h1>a<p>b", "a\n\nb"),
        ("a < b & c > d <", "a < b & c > d <"),
        ("<p title='never closed>lost</p>", None),
        ("<html>", None),
        ("<!-- never closed", None),
        ("<body><nav>Home</nav></body>", None),
    ],
)
def test_a_broken_page_gives_what_it_holds(source: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(UnreadableFile):
            text_of(source)
    else:
        assert text_of(source) == text


def test_elements_nested_deep_are_read() -> None:
    assert text_of("<div>" * 1500 + "<p>deep</p>" + "</div>" * 1500 + "<p>After.</p>") == (
        "deep\n\nAfter."
    )


@pytest.mark.parametrize("tags", ["<div>", "<ul><li>x", "<table><tr><td>x", "<b><i>"])
def test_a_page_too_deep_to_be_read_whole_is_refused(tags: str) -> None:
    with pytest.raises(UnreadableFile, match="nested too deep"):
        text_of("<p>Before.</p>" + tags * 5000 + "deep<p>After.</p>")


def test_a_binary_file_with_an_html_name_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="binary"):
        text_of(bytes(range(256)) * 4)


def test_the_manual_keeps_its_headings_and_loses_its_menu() -> None:
    page = read_html((TEXTS / "cli.html").read_bytes())
    headings = [b.span.quote(page.text) for b in page.blocks if b.kind in ("title", "heading")]
    assert len(headings) >= 43
    assert page.title == "Command Line Shell For SQLite"
    assert headings[0] == "1. Getting Started"
    assert "Changing Output Formats" in " ".join(headings)
    assert len(kinds(page.blocks, "code")) > 40
    assert "Table Of Contents" not in page.text
    assert "Sponsors" not in page.text


TAGS = st.sampled_from(
    "p div li ul ol dl dt dd table tr td th h1 h2 pre b a span br section main form nav".split()
)
PARTS = st.one_of(
    TAGS.map("<{}>".format),
    TAGS.map("</{}>".format),
    st.sampled_from(["&amp;", "&#x1F600;", "<!-- c -->", "<p hidden>", "\r\n", "\0", "<", "\t"]),
    st.text("ab é😀\u0301\u05d0\u200b", min_size=1, max_size=5),
)


@given(st.lists(PARTS, max_size=60).map("".join))
@examples
def test_any_page_gives_blocks_in_order_that_quote_its_text(page: str) -> None:
    try:
        read = read_html(page.encode())
    except UnreadableFile:
        return
    at = 0
    for block in read.blocks:
        assert block.span.start >= at
        assert block.span.trimmed(read.text) == block.span
        at = block.span.end
    assert at == len(read.text)
    assert not {"\r", "\0"} & set(read.text)
