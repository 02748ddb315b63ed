// Tells the server the browser's time zone once, for people who have not chosen one.
