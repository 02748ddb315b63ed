"""What every page of a person costs before it shows anything of its own, in queries."""

# session, user, membership with its workspace; what was not read, calendars in trouble, bots that
# wait to be let in
FRAME = 6
