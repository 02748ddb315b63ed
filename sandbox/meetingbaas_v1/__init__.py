"""Meeting BaaS v1, simulated: no envelope, flat event bots, a plain key, transcripts inside."""
