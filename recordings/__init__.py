"""What bots brought home: media, transcripts, and the page people stay on."""
