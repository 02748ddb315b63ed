"""A transcript as a file: what it says (wording), how it is written (one module per format)."""
