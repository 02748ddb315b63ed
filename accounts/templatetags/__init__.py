"""What templates of every package may load."""
