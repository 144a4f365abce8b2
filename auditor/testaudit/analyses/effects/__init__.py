"""What tests touch: the graph of what runs what, and the search in it."""
