"""Pages that change by themselves: publish() on one side, a server-sent-event stream on the other."""
