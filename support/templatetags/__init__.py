"""Template tags of the support console."""
