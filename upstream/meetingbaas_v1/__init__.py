"""Meeting BaaS v1, the legacy API. Its words are spoken in this folder and nowhere else.

adapter.py       what Earshot asks for ──► requests.py ──► client.py ──► the wire
                                       ◄── payloads.py ◄──
webhooks.py      what it sends: a plain key, then translation.py makes domain events of it
statuses.py      its status codes in our states
"""
