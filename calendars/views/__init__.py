"""Pages: the agenda and one event; connected calendars; the trip to Google and back."""
