"""What people are told, where and how often: the bell, the settings of it, and the mails.

It stands beside `bots`: calendars, recordings and the dashboard tell news through it, and it knows
none of them. A row carries the words and the path it was told with.
"""
