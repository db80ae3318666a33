"""Control words of the Rich Text Format (RTF 1.9) that mean something to a reader of text."""

# Where the text of a group goes that is not the document's own; other such groups go nowhere.
SINKS = {
    "fonttbl": "fonts",
    "stylesheet": "styles",
    "listtext": "marker",
    "pntext": "marker",
    "footnote": "note",
    "title": "title",
    "creatim": "created",
    "revtim": "revised",
}
NOWHERE = frozenset(
    "colortbl pict header headerl headerr headerf footer footerl footerr footerf object "
    "nonshppict author subject keywords doccomm comment operator company manager category "
    "printim buptim xe tc rxe txe bkmkstart bkmkend falt panose listtable template".split()
)
SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "emspace": " ", "enspace": " ", "qmspace": " ", "nestcell": " ",
}  # fmt: skip
ESCAPED = {b"\\": "\\", b"{": "{", b"}": "}", b"~": "\xa0", b"_": "\u2011", b"-": ""}
ENDS_PARAGRAPH = frozenset(("par", "sect", "page"))
CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
