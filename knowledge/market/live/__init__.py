"""Live markets: sources, the store they fill, and the market, figures and releases read from it. Never in a turn."""
