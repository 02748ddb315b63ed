"""People: how they come in, what they may change, and what is written down about it."""
