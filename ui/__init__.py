"""Pixels and keystrokes."""
