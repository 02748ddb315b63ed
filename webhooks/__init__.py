"""The inbox: everything a provider sends is verified, stored, and only then worked on."""
