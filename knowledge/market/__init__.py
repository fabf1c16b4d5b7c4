"""Where prices come from; each source stands behind `knowledge.ports.MarketSource`."""
