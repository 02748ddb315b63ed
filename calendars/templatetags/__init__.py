"""Tags and filters of calendars."""
