"""What every simulated provider has: bots on their way, bookings, copies of calendars.

The state is one, whichever provider's addresses were called; each bot and calendar knows whose it
is, and that provider's voice words what it tells.
"""
