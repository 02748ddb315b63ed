"""Pages that span the apps: the home page and the settings shell."""
