"""Small rules in the form of any third party's, to try the engine with."""
