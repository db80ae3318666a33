"""The fixed texts that stand beside, or between, what a language model writes."""

# Why an answer is in the documents' own words although a language model is set.
_INSTEAD = "so this is in the documents' own words."
FAILED = f"The language model could not be used, {_INSTEAD}"
SPENT = f"The language model's limit for today is reached, {_INSTEAD}"
UNSUPPORTED = f"The documents did not support what the language model wrote, {_INSTEAD}"
NONE = f"The language model found no answer in the passages, {_INSTEAD}"
STOPPED = "The language model stopped early; what follows is in the documents' own words."
# What follows a sentence that is shown although the documents do not support it.
MARK = " [not supported by the documents]"
