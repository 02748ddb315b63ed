"""Google as a calendar account sees it: consent, tokens, and the calendars behind them."""
