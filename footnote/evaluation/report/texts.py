"""How every report, and the terminal, shows a figure and a long text."""

# Characters; a longer text is cut, and stands whole in predictions.jsonl.
LONGEST = 2000


def number(value: float | None, sign: str = "") -> str:
    """Return a figure as it is shown: three places, or whole where it is large.

    >>> number(0.12345), number(123.4), number(0.5, "+")
    ('0.123', '123', '+0.500')
    """
    if value is None:
        return ""
    return f"{value:{sign}.3f}" if abs(value) < 100 else f"{value:{sign}.0f}"


def cut(text: str, longest: int = LONGEST) -> str:
    """Return a text, its end left out where it is long."""
    return text if len(text) <= longest else f"{text[:longest]}…"
