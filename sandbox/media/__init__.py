"""Pictures, sound and words of meetings that never took place, in step with each other."""
