"""Scores the sentiment scorer: `python -m tests.evals.sentiment FILE [--labels a,b,c] [--out PREDICTIONS.jsonl]`.

Rows: JSONL or CSV with text (or sentence, en, ko), title?, lang?, label?, entities?. A CSV with columns en and ko is
two rows a line, `N-en` and `N-ko`. `--labels hawkish,dovish,neutral` chooses central-bank tone.
"""

import csv
import gzip
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge.tables import load_names, load_universe
from knowledge.tone import load_scorer
from tests.evals.common import options, rows, write
from tools.sentiment.reading import clean, language
from tools.sentiment.scorer import Tone

POLAR = (("positive", "negative"), ("hawkish", "dovish"))


def examples(path: Path) -> Iterator[dict[str, Any]]:
    """Rows {id, text, title, lang, label, entities} of a labelled file."""
    if ".csv" not in path.suffixes:
        for n, row in enumerate(rows(path)):
            yield _example(row, str(row.get("id", n)), row)
        return
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        for n, row in enumerate(csv.DictReader(lines)):
            both = [lang for lang in ("en", "ko") if row.get(lang)]
            if len(both) == 2:
                for lang in both:
                    yield _example({"text": row[lang], "lang": lang}, f"{n}-{lang}", row)
            else:
                yield _example(row, row.get("id") or str(n), row)


def _example(row: Mapping[str, Any], name: str, gold: Mapping[str, Any]) -> dict[str, Any]:
    text = next((row[k] for k in ("text", "sentence", "en", "ko") if row.get(k)), "")
    lang = row.get("lang") or language(clean(text))
    gold_label = str(gold.get("label") or "").strip().lower()
    kept = {"label": gold_label, "entities": gold.get("entities"), "title": row.get("title") or ""}
    return {"id": name, "text": text, "lang": lang, **kept}


def calibration(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error: mean gap between how sure and how often right, over bins of the top probability."""
    groups: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for sure, right in pairs:
        groups[min(int(sure * bins), bins - 1)].append((sure, right))
    gaps = (abs(sum(s for s, _ in g) - sum(r for _, r in g)) for g in groups.values())
    return sum(gaps) / max(len(pairs), 1)


def figures(golds: Sequence[str], tones: Sequence[Tone]) -> dict[str, float]:
    """Macro-F1, accuracy, share of polar rows whose sign is turned, and calibration error."""
    found = [t.label for t in tones]
    f1 = []
    for label in sorted(set(golds)):
        both = sum(g == f == label for g, f in zip(golds, found, strict=True))
        f1.append(2 * both / (golds.count(label) + found.count(label)))
    against = {a: b for pair in POLAR for a, b in (pair, pair[::-1])}
    polar = [(g, f) for g, f in zip(golds, found, strict=True) if g in against]
    return {
        "n": len(golds),
        "macro_f1": sum(f1) / max(len(f1), 1),
        "accuracy": sum(g == f for g, f in zip(golds, found, strict=True)) / max(len(golds), 1),
        "flips": sum(f == against[g] for g, f in polar) / max(len(polar), 1),
        "ece": calibration([(max(t.p.values()), t.label == g) for g, t in zip(golds, tones, strict=True)]),
    }


def entity_figures(pairs: Sequence[tuple[Mapping[str, Any], Tone]]) -> dict[str, float]:
    """Of the entities labelled: how many were named, and how many had the right label."""
    gold = [(e, {x.id: x.label for x in tone.entities}) for row, tone in pairs for e in row["entities"] or ()]
    named = sum(e["id"] in found for e, found in gold)
    return {
        "n": len(gold),
        "named": named / max(len(gold), 1),
        "right": sum(found.get(e["id"]) == e["label"] for e, found in gold) / max(len(gold), 1),
    }


def _print(name: str, table: Mapping[str, float]) -> None:
    print(f"{name:<18}", "  ".join(f"{k}={v:.0f}" if k == "n" else f"{k}={v:.3f}" for k, v in table.items()))


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line."""
    chosen = options("sentiment", argv)
    scorer = load_scorer("bank" if {"hawkish", "dovish"} & set(chosen.labels) else "news")
    names = load_names(load_universe())
    cases = list(examples(chosen.file))
    started = time.process_time()
    tones = [scorer.score(c["text"], title=c["title"], lang=c["lang"], names=names) for c in cases]
    seconds = time.process_time() - started
    write(chosen.out, (_answer(c, t) for c, t in zip(cases, tones, strict=True)))
    labelled = [(c, t) for c, t in zip(cases, tones, strict=True) if c["label"]]
    for lang in ("all", "en", "ko"):
        part = [(c, t) for c, t in labelled if lang in ("all", c["lang"])]
        if part:
            _print(lang, figures([c["label"] for c, _ in part], [t for _, t in part]))
    if any(c["entities"] for c in cases):
        _print("entities", entity_figures(list(zip(cases, tones, strict=True))))
    print(f"{len(cases) / max(seconds, 1e-9):.0f} texts a second of one core")


def _answer(case: Mapping[str, Any], tone: Tone) -> dict[str, Any]:
    entities = [{"id": e.id, "label": e.label} for e in tone.entities]
    return {"id": case["id"], "label": tone.label, "p": dict(tone.p), "entities": entities}


if __name__ == "__main__":
    main()
