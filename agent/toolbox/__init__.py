"""The typed tools a model may call, bound to one investor; one file per family, `registry.call` is the one door."""
