"""One module per page: home; coverage; the settings; the history of the workspace."""
