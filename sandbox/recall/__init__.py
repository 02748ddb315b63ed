"""Recall.ai as a client sees it: bots of API v1, calendars of API v2, messages, live lines."""
