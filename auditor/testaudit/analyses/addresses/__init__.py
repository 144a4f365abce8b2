"""Where calls go: embedded or a server, this machine or another, or a stand-in."""
