"""Template tags of the `bots` package."""
