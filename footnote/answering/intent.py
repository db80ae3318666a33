"""What kind of answer a question wants: a fact, a list, an overview, or the chat itself."""

import re
from typing import Literal

Intent = Literal["fact", "list", "overview", "greeting", "thanks", "about"]

_GREETING = re.compile(
    r"(?:hi|hello|hey|greetings|good (?:morning|afternoon|evening|day))(?: there| all)?"
)
_THANKS = re.compile(r"(?:thanks|thank you|thank you very much|many thanks|cheers)(?: a lot)?")
_ABOUT = re.compile(
    r"(?:what (?:can|do) you do|who are you|what are you|how (?:do|does|can) (?:you|this|i use "
    r"(?:you|this))(?: work)?|help|help me|what (?:can|should|may|could) i ask(?: you)?"
    r"(?: about)?|what do you (?:know|cover)(?: about)?|what (?:documents|files|sources|topics) "
    r"(?:do you (?:have|know|cover|use)|are (?:there|here|available|indexed|covered)))"
)
_OVERVIEW = re.compile(
    r"\b(?:overview|summary|summari[sz]e|sum up|outline|gist|main points?|key points?|"
    r"main ideas?|key takeaways|tl;?dr)\b"
    r"|^what (?:is|are) (?:this|these|it|the (?:article|document|documents|text|report|page|file|"
    r"paper|story|news)) about\b"
    r"|^what (?:does|do) (?:this|these|the) (?:article|document|documents|text|report|page|file|"
    r"paper) (?:say|cover|describe|discuss)$"
    r"|^what happened$"
)
_LIST = re.compile(
    r"^(?:please )?(?:list|name|enumerate|give me (?:a |the )?(?:list|names)|tell me (?:all )?the)\b"
    r"|^(?:what|which)(?: \w+)? are (?:the|some|all)\b"
    r"|^(?:what|which) (?:\w+ ){0,3}?\w{3,}(?<![su]s)s (?:are|were|does|do|did|have|has|can|could|"
    r"may|must|will|would|should|is|was|exist|apply|emerge)\b"
)


def intent_of(question: str) -> Intent:
    """Tell what a question wants.

    >>> intent_of("Which trends does the raid highlight?")
    'list'
    >>> intent_of("Give me an overview of the shell.")
    'overview'
    >>> intent_of("When was the raid?")
    'fact'
    """
    plain = " ".join(re.sub(r"[^\w\s;'-]", " ", question.lower()).split())
    if _GREETING.fullmatch(plain):
        return "greeting"
    if _THANKS.fullmatch(plain):
        return "thanks"
    if _ABOUT.fullmatch(plain):
        return "about"
    if _OVERVIEW.search(plain):
        return "overview"
    return "list" if _LIST.search(plain) else "fact"
