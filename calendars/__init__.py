"""Connected calendars, their events, and the decision what gets recorded."""
