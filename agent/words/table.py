"""All families of sentences in one table: code -> (Korean, English)."""

from collections.abc import Mapping

from agent.words import (
    answers,
    book,
    card,
    causes,
    deliver,
    errors,
    grants,
    guard,
    imports,
    learned,
    news,
    orders,
    portrait,
    prompts,
    shadow,
    sources,
    suitability,
    supposing,
    talk,
    traits,
    upkeep,
    wishes,
)

Table = Mapping[str, tuple[str, str]]

FAMILIES: tuple[Table, ...] = (
    wishes.WORDS,
    answers.WORDS,
    card.WORDS,
    errors.WORDS,
    talk.WORDS,
    prompts.WORDS,
    imports.WORDS,
    learned.WORDS,
    upkeep.WORDS,
    guard.WORDS,
    grants.WORDS,
    deliver.WORDS,
    traits.WORDS,
    portrait.WORDS,
    book.WORDS,
    news.WORDS,
    supposing.WORDS,
    suitability.WORDS,
    causes.WORDS,
    shadow.WORDS,
    sources.WORDS,
    orders.WORDS,
)


def _merged() -> dict[str, tuple[str, str]]:
    merged: dict[str, tuple[str, str]] = {}
    for family in FAMILIES:
        twice = merged.keys() & family.keys()
        if twice:
            raise ValueError(f"codes in two families: {sorted(twice)}")
        merged.update(family)
    return merged


TABLE: Table = _merged()
