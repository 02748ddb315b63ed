"""Zoom accounts on whose behalf bots join, and the tokens that let them."""
