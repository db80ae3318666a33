"""Ask many questions and keep what came of them."""
