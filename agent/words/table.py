"""All families of sentences in one table: code -> (Korean, English)."""

from collections.abc import Mapping

from agent.words import answers, card, errors, guard, imports, prompts, talk, traits, upkeep, wishes

Table = Mapping[str, tuple[str, str]]

FAMILIES: tuple[Table, ...] = (
    wishes.WORDS,
    answers.WORDS,
    card.WORDS,
    errors.WORDS,
    talk.WORDS,
    prompts.WORDS,
    imports.WORDS,
    upkeep.WORDS,
    guard.WORDS,
    traits.WORDS,
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
