"""How fast and how exact the engine is, beside the libraries people would otherwise use. Results: README.md here."""
