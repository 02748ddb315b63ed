"""Microsoft's identity platform and the mailboxes behind it."""
