"""The structure of reStructuredText, recognised line by line; the text stays as it was written.

Goes by the shapes of the specification: what is underlined is a heading, a level for each way
of underlining in the order in which they come. It does not run directives.
"""

import re
from dataclasses import dataclass

from footnote.ingest.reading import with_title
from footnote.records import Block, BlockKind, Span

_RULE = re.compile(r"([!-/:-@\[-`{-~])\1*$")
_ITEM = re.compile(r"([-*+•‣⁃]|\(?(?:\d{1,3}|#|[a-zA-Z]|[ivxlIVXL]{1,5})[.)])(?:\s+|$)")
_FIELD = re.compile(r":[^:\s][^:]*:(?:\s|$)")
_EXPLICIT = re.compile(r"\.\.(?:\s+|$)")
_DIRECTIVE = re.compile(r"\.\.\s+(?:\|[^|]+\|\s+)?([\w:+.-]+)::\s*(.*)")
_OPTION = re.compile(r":[\w-]+:")
_CODE = frozenset(("code", "code-block", "sourcecode", "parsed-literal", "math", "highlight"))
# What these hold is text like any other; what others hold is a picture's or a program's.
_TEXTS = frozenset(
    "admonition attention caution danger deprecated epigraph error hint important note pull-quote "
    "sidebar seealso tip topic versionadded versionchanged warning container compound table "
    "list-table rubric".split()
)
# What is described by the body of its directive, as Sphinx's domains do: "py:function".
_OBJECTS = frozenset(
    "object describe option cmdoption envvar confval setting function method classmethod "
    "staticmethod class exception attribute property decorator data module type macro struct enum "
    "enumerator member var union namespace directive role".split()
)
_GRID = re.compile(r"\+[-=+]+\+$")
_SIMPLE = re.compile(r"=+(?:\s+=+)+$")
_SHORTEST_RULE = 4


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    text: str
    indent: int

    @property
    def blank(self) -> bool:
        return not self.text


def restructured_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of reStructuredText, in order; marks and comments are in none."""
    return with_title(tuple(_Recogniser(text).blocks()))


class _Recogniser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = _lines(text)
        self._blocks: list[Block] = []
        self._styles: list[tuple[str, bool]] = []
        # How far each term is indented whose definition has not ended.
        self._defined: list[int] = []

    def blocks(self) -> list[Block]:
        at = 0
        while at < len(self._lines):
            at = at + 1 if self._lines[at].blank else self._block(at)
        return self._blocks

    def _block(self, at: int) -> int:
        """Recognise the block that begins at a line, and return the line after it."""
        line = self._lines[at]
        while self._defined and self._defined[-1] >= line.indent:
            self._defined.pop()
        heading = self._heading(at)
        if heading is not None:
            return heading
        if _GRID.match(line.text) or _SIMPLE.match(line.text):
            return self._table(at)
        if _EXPLICIT.match(line.text):
            return self._explicit(at)
        if _RULE.match(line.text) and len(line.text) >= _SHORTEST_RULE:
            return at + 1
        if line.text == "::":
            return self._code(at + 1, line.indent)
        marker = _ITEM.match(line.text)
        if _FIELD.match(line.text):
            return self._add("row", at, self._end(at))
        if marker is not None:
            return self._add("item", at, self._end(at), marker.end())
        if self._is_defined(at):
            return self._term(line.indent, line.span, at + 1)
        return self._add("paragraph", at, self._end(at))

    def _add(self, kind: BlockKind, at: int, end: int, skip: int = 0) -> int:
        span = Span(self._lines[at].span.start + skip, self._lines[end - 1].span.end)
        span = span.trimmed(self._text)
        if len(span):
            self._append(kind, span)
        if self._lines[end - 1].text.endswith("::") and kind != "code":
            return self._code(end, self._lines[at].indent)
        return end

    def _append(self, kind: BlockKind, span: Span) -> None:
        self._blocks.append(Block(kind, span, len(self._defined)))

    def _is_defined(self, at: int) -> bool:
        """Tell whether a line is a term, whose definition begins right below, further in."""
        line, below = self._lines[at], self._at(at + 1)
        further = below is not None and not below.blank and below.indent > line.indent
        return further and not line.text.endswith(("::", ".", ","))

    def _term(self, indent: int, span: Span, definition: int) -> int:
        self._defined.append(indent)
        self._append("term", span)
        return definition

    def _heading(self, at: int) -> int | None:
        line, below = self._lines[at], self._at(at + 1)
        under = self._at(at + 2)
        if below is None or (line.indent and not _RULE.match(line.text)):
            return None
        overlined = (
            under is not None
            and _is_rule(line.text, below.text)
            and under.text == line.text
            and not below.blank
        )
        title = below if overlined else line
        rule = line if overlined else below
        if not overlined and (_RULE.match(line.text) or not _is_rule(below.text, line.text)):
            return None
        style = (rule.text[0], overlined)
        if style not in self._styles:
            self._styles.append(style)
        level = self._styles.index(style) + 1
        self._blocks.append(Block("heading", title.span, level))
        return at + (3 if overlined else 2)

    def _end(self, at: int) -> int:
        """Find the end of a paragraph: a blank line, or an item that begins at its indent."""
        end = at + 1
        while end < len(self._lines) and not self._lines[end].blank:
            line = self._lines[end]
            begins = _ITEM.match(line.text) or _FIELD.match(line.text)
            listed = _ITEM.match(self._lines[at].text) or _FIELD.match(self._lines[at].text)
            if begins and listed and line.indent <= self._lines[at].indent:
                break
            end += 1
        return end

    def _code(self, at: int, indent: int) -> int:
        """Take what is indented below a line as code."""
        while at < len(self._lines) and self._lines[at].blank:
            at += 1
        end = self._indented_end(at, indent)
        return self._add("code", at, end) if end > at else at

    def _indented_end(self, at: int, indent: int) -> int:
        """Find the end of the lines indented deeper, blank ones between them with them."""
        last = at
        for n in range(at, len(self._lines)):
            line = self._lines[n]
            if line.blank:
                continue
            if line.indent <= indent:
                break
            last = n + 1
        return last

    def _explicit(self, at: int) -> int:
        """Pass over a comment, a target or a directive's head, but for what it says in words."""
        line = self._lines[at]
        directive = _DIRECTIVE.match(line.text)
        end = max(at + 1, self._indented_end(at + 1, line.indent))
        if directive is None:
            return end
        describes = directive[1].rpartition(":")[2] in _OBJECTS
        if not describes and directive[1] not in _CODE | _TEXTS:
            return end
        argument = Span(line.span.start + directive.start(2), line.span.end)
        body = at + 1
        if describes and len(argument):
            while body < end and not self._lines[body].blank:
                body += 1
            return self._term(line.indent, argument, body)
        while body < end and _OPTION.match(self._lines[body].text):
            body += 1
        if directive[1] in _CODE:
            return self._code(body, line.indent) if body < end else end
        if len(argument):
            self._append("paragraph", argument)
        return body

    def _table(self, at: int) -> int:
        """Take each line of a table that holds words as a row."""
        is_grid = _GRID.match(self._lines[at].text) is not None
        end = at
        while end < len(self._lines) and not self._lines[end].blank:
            end += 1
        for line in self._lines[at:end]:
            words = line.text.strip("|+-= ") if is_grid else line.text.strip("= ")
            if words:
                start = line.span.start + line.text.index(words)
                self._append("row", Span(start, start + len(words)))
        return end

    def _at(self, at: int) -> _Line | None:
        return self._lines[at] if at < len(self._lines) else None


def _is_rule(rule: str, title: str) -> bool:
    """Tell whether one line underlines another; at least as long, or long enough to be meant."""
    long_enough = len(rule) >= min(len(title), _SHORTEST_RULE)
    return bool(title) and _RULE.match(rule) is not None and long_enough


def _lines(text: str) -> list[_Line]:
    lines, start = [], 0
    for raw in text.split("\n"):
        span = Span(start, start + len(raw)).trimmed(text)
        lines.append(_Line(span, span.quote(text), span.start - start))
        start += len(raw) + 1
    return lines
