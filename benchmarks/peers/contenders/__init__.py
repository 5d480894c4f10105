"""One module for each contender: its app as its own documentation would have it."""
