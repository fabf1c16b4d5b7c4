"""The built-in reader of finance texts in Korean and English, and the one bounded signal their scores become."""

from tools.sentiment.lexicon import Entry, Lang, Lexicon
from tools.sentiment.model import Head
from tools.sentiment.scorer import EntityTone, Scorer, Tone

__all__ = ["EntityTone", "Entry", "Head", "Lang", "Lexicon", "Scorer", "Tone"]
