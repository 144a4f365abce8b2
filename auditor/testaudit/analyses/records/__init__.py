"""Rows and records that tests write into databases and servers, and what takes them back."""
