"""Small homes recorded by each engine. They must open, verify and replay for ever; see `make_golden.py`."""
