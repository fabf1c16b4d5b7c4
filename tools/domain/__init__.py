"""The nouns of the house: frozen, strict, checking themselves. They import nothing of ours but each other."""
