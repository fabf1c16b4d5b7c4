"""Talks and runs the use cases."""
