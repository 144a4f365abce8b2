"""Evaluation in parts: each module follows one kind of expression or storage, and asks the whole for all others."""
