"""The nouns of the house: frozen, strict, checking themselves. They import only each other and the errors."""
