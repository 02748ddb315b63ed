"""Zoom as its users' permission is asked for: consent, tokens, and what a token opens."""
