"""What tests replace, and what that cuts."""
