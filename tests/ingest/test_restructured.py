"""reStructuredText: its structure, in the text as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.ingest.restructured import restructured_blocks
from tests.ingest.samples import examples, read, shape

PAGE = """\
.. _lamp:

==============
The Lighthouse
==============

:Author: Ann
:Date: 1911

Three keepers lived
on the rock. 😀

Keepers
-------

* coal
  from Wales
* oil

1. flour
#. peat

Its lamp::

    burn(oil)

    wait()

Visitors
--------

By year
~~~~~~~

.. a comment
   on two lines

.. note:: Take care
   :class: x

   The steps are wet.

.. code-block:: python
   :linenos:

   print(1)

.. image:: lamp.png
   :alt: none

====  ========
Year  Visitors
====  ========
1911  40
====  ========

+------+----+
| 1912 | 52 |
+======+====+
| 1913 | 61 |
+------+----+

----

The end.
"""


def test_each_construct_is_recognised() -> None:
    assert shape(PAGE, restructured_blocks(PAGE)) == [
        ("title 1", "The Lighthouse"),
        ("row", ":Author: Ann"),
        ("row", ":Date: 1911"),
        ("paragraph", "Three keepers lived\non the rock. 😀"),
        ("heading 2", "Keepers"),
        ("item", "coal\n  from Wales"),
        ("item", "oil"),
        ("item", "flour"),
        ("item", "peat"),
        ("paragraph", "Its lamp::"),
        ("code", "burn(oil)\n\n    wait()"),
        ("heading 2", "Visitors"),
        ("heading 3", "By year"),
        ("paragraph", "Take care"),
        ("paragraph", "The steps are wet."),
        ("code", "print(1)"),
        ("row", "Year  Visitors"),
        ("row", "1911  40"),
        ("row", "1912 | 52"),
        ("row", "1913 | 61"),
        ("paragraph", "The end."),
    ]


DEFINED = """\
.. py:function:: open(file, mode="r")
                 open(file)
   :no-index:

   Open a file.

   :returns: a file

   .. versionadded:: 3.2

   mode : str
      How it is
      opened.

      - by whom

   Closed at the end.

After that.

term
  is defined,
  whole.

.. option:: -q

   ====  ====
   a     b
   ====  ====

   ::

     code
"""


def test_what_defines_a_term_or_describes_an_object_stands_under_it() -> None:
    assert shape(DEFINED, restructured_blocks(DEFINED)) == [
        ("term 1", 'open(file, mode="r")'),
        ("paragraph 1", "Open a file."),
        ("row 1", ":returns: a file"),
        ("paragraph 1", "3.2"),
        ("term 2", "mode : str"),
        ("paragraph 2", "How it is\n      opened."),
        ("item 2", "by whom"),
        ("paragraph 1", "Closed at the end."),
        ("paragraph", "After that."),
        ("term 1", "term"),
        ("paragraph 1", "is defined,\n  whole."),
        ("term 1", "-q"),
        ("row 1", "a     b"),
        ("code 1", "code"),
    ]


def test_the_text_stays_as_it_was_written() -> None:
    document = read("a.rst", PAGE)
    assert document.text == PAGE
    assert document.title == "The Lighthouse"
    assert document.media_type == "text/x-rst"


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("Two\n===\n\nThree\n=====\n", [("heading 1", "Two"), ("heading 1", "Three")]),
        ("A. Lamp\n=======\n\nx\n", [("title 1", "A. Lamp"), ("paragraph", "x")]),
        ("Too short\n==\n", [("paragraph", "Too short\n==")]),
        ("...\n", [("paragraph", "...")]),
        ("- \n", []),
        ("::\n\n  code\n", [("code", "code")]),
        (":orphan:\n", [("row", ":orphan:")]),
        ("=====\nAlone\n", [("paragraph", "Alone")]),
        ("Ends here.\n  set in\n", [("paragraph", "Ends here.\n  set in")]),
        ("Code::\n  x\n", [("paragraph", "Code::\n  x")]),
        (".. class::\n\n   x\n", [("paragraph", "x")]),
        (".. automodule:: x\n\n   left out\n", []),
    ],
)
def test_shapes_at_the_edge(text: str, blocks: list[tuple[str, str]]) -> None:
    assert shape(text, restructured_blocks(text)) == blocks


@given(
    st.lists(
        st.sampled_from(
            ["====", "----", "..", ".. note::", ".. code::", "::", "- x", "1. y", "Words here", "",
             "  in", "+--+--+", "| a | b |", "== ==", "a  b", ":f: v", "text::", "  :o: v",
             "....", "- ", ".. option:: -q", ".. class::", "    deep"]
        )
    ).map("\n".join)
)  # fmt: skip
@examples
def test_blocks_are_in_order_and_quote_something(text: str) -> None:
    blocks = restructured_blocks(text)
    ends = [0, *(block.span.end for block in blocks)]
    for block, before in zip(blocks, ends, strict=False):
        assert block.span.start >= before
        assert block.span.quote(text) == block.span.quote(text).strip() != ""
