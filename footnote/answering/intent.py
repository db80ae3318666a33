"""What kind of answer a question wants: a fact, an explanation, a list, the chat itself."""

import re
from typing import Literal

Intent = Literal["fact", "explain", "list", "overview", "greeting", "thanks", "about", "count"]

_GREETING = re.compile(
    r"(?:hi|hello|hey|greetings|good (?:morning|afternoon|evening|day))(?: there| all)?"
)
_THANKS = re.compile(r"(?:thanks|thank you|thank you very much|many thanks|cheers)(?: a lot)?")
_PRESENT = (
    r"are(?: (?:there|here|available|indexed|covered|in (?:here|there|total|"
    r"the (?:index|collection|folder|corpus|library))))+"
)
_ABOUT = re.compile(
    r"(?:what (?:can|do) you do|who are you|what are you|how (?:do|does|can) (?:you|this|i use "
    r"(?:you|this))(?: work)?|help|help me|what (?:can|should|may|could) i ask(?: you)?"
    r"(?: about)?|what do you (?:know|cover)(?: about)?"
    r"|(?:what|which) (?:documents|files|sources|topics) "
    rf"(?:do (?:you|we|i) (?:have|know|cover|use|answer from)|{_PRESENT})"
    r"|(?:please )?(?:list|show|name|give)(?: me)? (?:(?:all|the|your|of) )*"
    r"(?:documents|files|sources)"
    r"|what (?:are your (?:documents|sources|files)|is (?:in )?here|is there)"
    r"|where do you (?:know (?:this|it|that) from|get your answers(?: from)?))"
)
_COUNT = re.compile(
    r"(?:how many|what number of) (?:documents|files|sources) "
    rf"(?:do (?:you|we|i) (?:have|know|cover|use)|{_PRESENT})"
)
_WORKS = r"(?:article|documents?|text|report|page|files?|paper|story|news|manual|book|collection)"
_OVERVIEW = re.compile(
    r"^(?:please |can you |could you )*(?:(?:give|write|provide|make|show) (?:me |us )?)?"
    r"(?:a |an |the )?(?:short |brief |quick |general )?"
    r"(?:overview|summary|outline|gist)(?: of\b|$)"
    r"|^(?:please |can you |could you )*(?:summari[sz]e|sum up|outline)\b"
    r"|\b(?:overview|summary)$|^tl;?dr\b"
    r"|^what (?:is|are) the (?:main|key|central|most important) (?:point|idea|message|takeaway)s?\b"
    rf"|^what (?:is|are) (?:this|these|it|(?:(?:this|these|the) )?{_WORKS}) (?:all )?about$"
    rf"|^what (?:does|do) (?:this|these|the) (?:{_WORKS} )?(?:say|cover|describe|discuss)$"
    r"|^what happened$"
)
_PLURAL = r"\w{2,}s(?<!ss)(?<!us)(?<!is)"
_LIST = re.compile(
    r"^(?:please )?(?:list|enumerate|give me (?:a |the )?(?:list|names))\b"
    rf"|^(?:please )?(?:name|(?:tell|give|show) (?:me|us)) (?:(?:all|some|the|of) )*(?:\w+ )?"
    rf"{_PLURAL}\b"
    r"|^(?:what|which)(?: \w+)? are (?:the|some|all)\b"
    rf"|^(?:what|which) (?:\w+ ){{0,3}}?{_PLURAL} (?:are|were|does|do|did|have|has|can|could|may|"
    r"must|will|would|should|is|was|exist|apply|emerge)\b"
)

_MEASURES = (
    r"(?:many|much|long|old|far|often|tall|big|large|high|deep|wide|fast|quickly|soon|late|early|"
    r"close|near|heavy|hot|cold|few|little)"
)
_EXPLAIN = re.compile(
    rf"^(?:why|how(?! {_MEASURES}\b))\b"
    r"|^(?:please |can you |could you )*(?:explain|describe|tell me (?:more )?about)\b"
    r"|^what (?:does|do|did) .+ say (?:about|on)\b"
    r"|^what (?:is|are|was|were) the (?:purpose|reasons?|difference|effects?|consequences)\b"
    r"|^(?:in what way|for what reasons?|what happens|what should)\b"
)


def intent_of(question: str) -> Intent:
    """Tell what a question wants.

    >>> intent_of("Which trends does the raid highlight?")
    'list'
    >>> intent_of("Give me an overview of the shell.")
    'overview'
    >>> intent_of("When was the raid?")
    'fact'
    >>> intent_of("Why was it searched?")
    'explain'
    """
    plain = " ".join(re.sub(r"[^\w\s;'-]", " ", question.lower()).split())
    if _GREETING.fullmatch(plain):
        return "greeting"
    if _THANKS.fullmatch(plain):
        return "thanks"
    if _ABOUT.fullmatch(plain):
        return "about"
    if _COUNT.fullmatch(plain):
        return "count"
    if _OVERVIEW.search(plain):
        return "overview"
    if _LIST.search(plain):
        return "list"
    return "explain" if _EXPLAIN.search(plain) else "fact"
