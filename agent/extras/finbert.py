"""A transformer as the reader of news: `HANFOLIO_READER=finbert`, with the extra installed and a model hub in reach.

It judges the tone of a text that is about one thing; which things a text names, and what is said about several, stays
with the built-in scorer. It only classifies: like every reader it gives numbers and holds nothing a text could reach.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from agent.reader import SHOWN, BuiltinReader
from tools.domain.market import Universe
from tools.domain.news import Article, Signal
from tools.domain.value import Lang
from tools.errors import DataMissing, ModelFailed
from tools.names import Names

MODELS: dict[Lang, str] = {"en": "ProsusAI/finbert", "ko": "snunlp/KR-FinBert-SC"}
"""Names at the hub. Both give positive, negative and neutral."""

Classify = Callable[[str], list[dict[str, Any]]]


class FinbertReader:
    """Probabilities of a transformer for each language, in place of the built-in tone."""

    name = "finbert-1"

    def __init__(self, names: Names, universe: Universe, classify: Callable[[Lang], Classify] | None = None) -> None:
        """Read about the assets of a universe; models are loaded with the first text of their language."""
        self._builtin, self._classify = BuiltinReader(names, universe), classify or _classifier

    def read(self, article: Article) -> tuple[Signal, ...]:
        """The built-in signals, with the transformer's tone where the text is about one thing.

        Raises:
            DataMissing: `extra_missing`, the extra is not installed.
            ModelFailed: "unreachable", the model could not be loaded.
        """
        found = self._builtin.read(article)
        if len({s.sentiment for s in found}) != 1:
            return found
        scores = self._classify(article.lang)(f"{article.title}. {article.body}"[:SHOWN])
        p = {str(s["label"]).lower(): float(s["score"]) for s in scores}
        if not {"positive", "negative", "neutral"} <= p.keys():
            raise ModelFailed("malformed")
        tone = min(max(p["positive"] - p["negative"], -1.0), 1.0)
        sure = min(max(*p.values(), 0.0), 1.0)
        return tuple(s.model_copy(update={"sentiment": tone, "confidence": sure}) for s in found)


@cache
def _classifier(lang: Lang) -> Classify:
    """A loaded model; weights as arrays only (safetensors), no code of the hub's."""
    try:
        from transformers import pipeline
    except ImportError as error:
        raise DataMissing("extra_missing", "finbert") from error
    try:
        model = pipeline(
            "text-classification",
            model=MODELS[lang],
            top_k=None,
            truncation=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError) as error:
        raise ModelFailed("unreachable") from error
    return lambda text: list(model([text])[0])
