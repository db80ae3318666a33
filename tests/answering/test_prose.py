"""What reads as a sentence, of what a manual in PDF gives as one."""

import pytest

from footnote.answering.prose import is_prose


@pytest.mark.parametrize(
    "text",
    [
        "The default size of the page is 5 inches by 3 inches.",
        "If the file cannot be read, tree_open returns an error, and nothing is changed.",
        "“It cannot be so,” said the keeper of the light.",
        "3.10.0 is a release with many improvements and repairs.",
        "The council - which met twice - refused the plan.",
        "Éditer le texte ne change pas les offsets du document.",
        "भारत एक बहुत बड़ा और पुराना देश है.",
    ],
)
def test_sentences_are_prose(text: str) -> None:
    assert is_prose(text)


@pytest.mark.parametrize(
    "text",
    [
        "int tree_find (const char * name, [Function]\nint name_len) name: name of the node.",
        "GtkNode * tree_find (const char * name, int name_len) finds.",
        "result=tree write value(node, name, 1);\nANY: what is written is a node.",
        '<?xml version="1.0"?>\n<tree>The list is made by a program. Do not edit it!</tree>.',
        "-B The shell will perform brace expansion of the words.",
        "// create the child of the node\ntree_new(...).",
        "Then it is called so\ntree = tree_new(name);\nand the tree is closed.",
        "Returns: the number of nodes that were read from the file.",
        "your option designate some or all of these sections as invariant.",
        "tree_do_it (A-A, B-B, x,...)",
        "See the manual.",
        "{ list; } The list is executed in the shell of now.",
    ],
)
def test_prototypes_options_and_code_are_not(text: str) -> None:
    assert not is_prose(text)
