"""Every mail that leaves: one layout, one queue, one log. What mails tell is others' affair."""
