"""One module per contender: its app, written as its own documentation recommends."""
