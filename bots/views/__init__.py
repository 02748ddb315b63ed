"""Pages of bots: one module each for the list, the page of one, and what may be asked of it."""
