"""The door: a text in Korean or English → a closed answer of labels and probabilities, per text and per thing named.

Nothing of the text comes out but ids that the tables know. The same door serves central-bank tone with other tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tools.names import Names
from tools.sentiment.entities import Named, Topics, named_in, sides, spans
from tools.sentiment.features import features
from tools.sentiment.lexicon import Lang, Lexicon
from tools.sentiment.model import Floats, Head
from tools.sentiment.reading import clean, language, read

OWN = 0.6
"""Share of an entity's own clauses in its probabilities when a text names several; the rest is the whole text's."""

FIRST = 0.6
"""Share of the first thing named in the whole text's probabilities where the things named go opposite ways."""

SAID = 0.8
"""Probability given to a side that a comparison takes in so many words: "A overtakes B"."""


@dataclass(frozen=True, slots=True)
class EntityTone:
    """What a text says about one thing it names. p: probability of each label, as in `Tone`."""

    id: str
    label: str
    p: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Tone:
    """What a text says. p sums to 1; label: the likeliest; entities in order of mention."""

    lang: Lang
    label: str
    p: Mapping[str, float]
    entities: tuple[EntityTone, ...] = ()

    @property
    def score(self) -> float:
        """p(positive) − p(negative), in −1..1; 0 for labels of another kind."""
        return self.p.get("positive", 0.0) - self.p.get("negative", 0.0)


class Scorer:
    """Lexicon and head of each language; holds no state between texts."""

    def __init__(
        self, lexicons: Mapping[Lang, Lexicon], heads: Mapping[Lang, Head], topics: Mapping[str, str] | None = None
    ) -> None:
        """Keep the typed tables; both languages need the same labels. topics: word → id of the thing it stands for."""
        self._lexicons, self._heads = lexicons, heads
        self._topics = Topics(topics or {})

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels an answer can have."""
        return self._heads["en"].labels

    def score(self, text: str, *, title: str = "", lang: Lang | None = None, names: Names | None = None) -> Tone:
        """Score one text; a text that says nothing is neutral with the probabilities of the empty text.

        Args:
            text: Any text; at most `reading.LONGEST` characters of it are read.
            title: Read before the text.
            lang: Guessed from the letters when None.
            names: Finds the things named; None = no entities.
        """
        whole = clean(f"{title}. {text}" if title else text)
        spoken = lang or language(whole)
        p = self._chances(whole, spoken)
        found = named_in(whole, names, self._topics) if names is not None else ()
        each = self._entities(whole, spoken, p, found)
        if len({self._best(q) for q in each} - {self.labels[1]}) == 2:
            p = FIRST * each[0] + (1 - FIRST) * p
        entities = tuple(EntityTone(n.id, self._best(q), self._table(q)) for n, q in zip(found, each, strict=True))
        return Tone(spoken, self._best(p), self._table(p), entities)

    def _chances(self, text: str, lang: Lang) -> Floats:
        return self._heads[lang](features(read(self._lexicons[lang], text)))

    def _entities(self, text: str, lang: Lang, p: Floats, found: tuple[Named, ...]) -> list[Floats]:
        if len(found) < 2 or "positive" not in self.labels:
            return [p for _ in found]
        taken = sides(text, found)
        answers = []
        for one, span in zip(found, spans(text, found), strict=True):
            if one.id in taken:
                mine = np.full(len(self.labels), (1 - SAID) / (len(self.labels) - 1))
                mine[self.labels.index("positive" if taken[one.id] > 0 else "negative")] = SAID
            else:
                mine = p if span == text else OWN * self._chances(span, lang) + (1 - OWN) * p
            answers.append(mine)
        return answers

    def _best(self, p: Floats) -> str:
        return self.labels[int(p.argmax())]

    def _table(self, p: Floats) -> dict[str, float]:
        return {label: float(value) for label, value in zip(self.labels, p, strict=True)}
