"""Bots: each is one attempt to attend one meeting, with a state, a timeline and an outcome."""
