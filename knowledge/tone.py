"""The tables of the built-in sentiment scorer, read once: graded phrases, labelled examples, weights."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Literal

import numpy as np

from knowledge import tables
from tools.sentiment.lexicon import Entry, Lang, Lexicon
from tools.sentiment.model import unpack
from tools.sentiment.scorer import Scorer

Kind = Literal["news", "bank"]
"""`news`: positive, neutral, negative. `bank`: hawkish, neutral, dovish tone of a central bank."""

Part = Literal["", "hard", "check"]
"""`hard`: texts that are hard on purpose. `check`: texts nobody looked at while phrases and rules were written: the
weights never see them, how sure an answer may be is fitted on them."""

WEIGHTS = "tone.npz"


@dataclass(frozen=True, slots=True)
class Headline:
    """One labelled example, written for this project."""

    text: str
    lang: Lang
    kind: str
    label: str


def _entries(name: str) -> Iterator[Entry]:
    text = (resources.files(tables) / name).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        for phrase in row["phrases"].split(";"):
            yield Entry(phrase.strip(), row["role"], float(row["weight"]))


@cache
def load_lexicon(lang: Lang, kind: Kind = "news") -> Lexicon:
    """Phrases of a language. A central bank's own nouns replace those of companies; the verbs stay."""
    entries = list(_entries(f"lexicon_{lang}.csv"))
    if kind == "bank":
        entries = [e for e in entries if e.role not in ("good", "bad", "polar", "fact")]
        entries += _entries(f"lexicon_bank_{lang}.csv")
    return Lexicon(lang, entries)


@cache
def load_headlines(lang: Lang, kind: Kind = "news", part: Part = "") -> tuple[Headline, ...]:
    """The labelled examples of a language, in the order written; a title stands before its text."""
    name = "_".join(w for w in ("headlines", "bank" if kind == "bank" else "", part, lang) if w)
    text = (resources.files(tables) / f"{name}.jsonl").read_text(encoding="utf-8")
    rows = (json.loads(line) for line in text.splitlines() if line.strip())
    return tuple(
        Headline(f"{r['title']}. {r['text']}" if r.get("title") else r["text"], lang, r["kind"], r["label"])
        for r in rows
    )


@cache
def load_topics() -> dict[str, str]:
    """Words of the news that stand for a target without naming it: word → id of the target."""
    text = (resources.files(tables) / "topics.csv").read_text(encoding="utf-8")
    listed = csv.DictReader(text.splitlines())
    return {word.strip(): row["id"] for row in listed for word in row["words"].split(";")}


@cache
def load_scorer(kind: Kind = "news") -> Scorer:
    """The scorer with the weights that come with the project. Arrays only: nothing in the file can execute."""
    data = (resources.files(tables) / WEIGHTS).read_bytes()
    with np.load(BytesIO(data), allow_pickle=False) as arrays:
        heads = unpack(dict(arrays))
    langs: tuple[Lang, ...] = ("ko", "en")
    lexicons = {lang: load_lexicon(lang, kind) for lang in langs}
    return Scorer(lexicons, {lang: heads[f"{kind}_{lang}"] for lang in langs}, load_topics())
