"""The outside world, simulated: a meeting-bot provider and the calendar accounts it reads.

It is a program of its own (`python -m sandbox`), speaks only HTTP with Earshot and imports nothing
of it, so that everything Earshot believes about the world passes through a real socket. What it
implements is written in the providers' contracts, not in Earshot's code. See sandbox/README.md.
"""
