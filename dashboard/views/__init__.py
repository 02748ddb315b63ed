"""One module per page: home; the settings; the history of the workspace."""
