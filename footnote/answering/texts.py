"""The program's own words, all of them. They are fixed, and carry no citation."""

NOT_FOUND = "The documents do not answer this."
ABOUT = (
    "I answer questions from the documents here, in their own words, and show the exact place "
    "each answer stands at. What they do not answer, I say so."
)
GREETING = "Hello. Ask me about the documents here."
WELCOME = "You are welcome. Ask me about the documents here."
COVERED = "They cover:"
MORE = "And more; the list of documents has them all."
DISAGREE = "Another document answers differently:"
