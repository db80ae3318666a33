"""The program's own words, all of them. They are fixed, and carry no citation."""

NOT_FOUND = "The documents do not answer this."
NEAR = "The documents do not answer this plainly, but speak of it: see what comes nearest."
ABOUT = (
    "I answer questions from the documents here, in their own words, and show the exact place "
    "each answer stands at. What they do not answer, I say so."
)
GREETING = "Hello. Ask me about the documents here."
WELCOME = "You are welcome. Ask me about the documents here."
COVERED = "They cover:"
MORE = "And more; the list of documents has them all."
DISAGREE = "Another document answers differently:"
ALSO = "Another document speaks of it too:"
PART = "This goes on from something that was not asked here. What is it about?"
ONE_DOCUMENT = "There is one document here."


def count(documents: int) -> str:
    """Return how many documents there are, in words that are else fixed."""
    return ONE_DOCUMENT if documents == 1 else f"There are {documents:,} documents here."


def meant(word: str) -> str:
    """Return the question back about a word of a question, in words that are else fixed."""
    return f"What do you mean by “{word}”?"
