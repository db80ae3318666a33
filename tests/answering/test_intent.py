import pytest

from footnote.answering.intent import intent_of


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Hi", "greeting"),
        ("hello!", "greeting"),
        ("Hello, when was the raid?", "fact"),
        ("thanks", "thanks"),
        ("What can you do?", "about"),
        ("Help", "about"),
        ("What documents do you have?", "about"),
        ("Which documents are there?", "about"),
        ("List all documents.", "about"),
        ("What can I ask?", "about"),
        ("How many documents are there?", "count"),
        ("how many files do you have", "count"),
        ("How many documents are there in the index?", "count"),
        ("How many documents were seized?", "fact"),
        ("How many documents mention masons?", "fact"),
        ("What do you know about?", "about"),
        ("What do you know about steam engines?", "fact"),
        ("Can you help me with steam engines?", "fact"),
        ("Give me an overview.", "overview"),
        ("What is this article about?", "overview"),
        ("what is it about", "overview"),
        ("Summarise the document", "overview"),
        ("What are the main points?", "overview"),
        ("an overview of the investigation", "overview"),
        ("What is the summary judgment rule?", "fact"),
        ("What does the article say about fines?", "explain"),
        ("What happened?", "overview"),
        ("What happened in 1804?", "fact"),
        ("Which trends does the raid highlight?", "list"),
        ("what formats can the shell show results in?", "list"),
        ("List the output formats", "list"),
        ("Name the inventors", "list"),
        ("Name the inventor", "fact"),
        ("Give me the ingredients of it", "list"),
        ("show me all steps", "list"),
        ("Show me the way", "fact"),
        ("Which class is best?", "fact"),
        ("Which bus is late?", "fact"),
        ("What is the process?", "fact"),
        ("How many people were arrested?", "fact"),
    ],
)
def test_what_a_question_wants(question: str, intent: str) -> None:
    assert intent_of(question) == intent


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Why was the office searched?", "explain"),
        ("How does the shell read a file?", "explain"),
        ("What does the licence say about trademarks?", "explain"),
        ("Please explain the import command", "explain"),
        ("How many people came?", "fact"),
        ("How long does it take?", "fact"),
        ("How far is it?", "fact"),
        ("However it was, who came?", "fact"),
        ("Why are you here?", "explain"),
    ],
)
def test_questions_that_want_reasons_or_ways_are_told_from_facts(
    question: str, intent: str
) -> None:
    assert intent_of(question) == intent
