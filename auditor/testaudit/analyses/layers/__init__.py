"""What follows from effects: layers, and what is said of them."""
