"""Pages: the agenda and one event; connected calendars; the trip to a platform and back."""
