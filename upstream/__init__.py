"""The providers that send bots into meetings, behind one port; their words end here."""
