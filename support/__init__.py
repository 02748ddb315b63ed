"""The support console: what staff may look at and do, and what people let them see."""
