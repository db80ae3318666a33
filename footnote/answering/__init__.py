"""From passages to an answer: reading, composition, confidence."""
