"""Recall.ai: bots of its API v1, calendars of its API v2. Its words are spoken in this folder only.

adapter.py       what Earshot asks for ──► requests.py ──► client.py ──► the wire
calendars.py     the half of it about calendars        ◄── bots.py, events.py ◄──
webhooks.py      what it sends: verified, then translation.py makes domain events of it
statuses.py      its codes in our states; where a bot is takes its whole story
files.py         transcripts, chat and speakers in the form that Earshot reads
"""
