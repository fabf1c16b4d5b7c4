"""What one moment's market gives to everybody's decision alike, worked out once however many are decided on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.learned import learned_inputs
from agent.news import news_inputs
from agent.work import Work
from knowledge.market.snapshot import pack, recent
from knowledge.ports import Ledger
from tools.decide import Estimate, appraise
from tools.domain.decision import Assumptions, Input
from tools.domain.market import Market
from tools.domain.value import Currency


@dataclass(slots=True)
class Scene:
    """The recent market of a moment, stored form and estimates included.

    data: hash of its manifest. contents: what is stored for it, by hash. news: inputs of `news_inputs`, None = not
    asked yet: they are the same for everybody, and no text is read twice.
    """

    market: Market
    data: str
    contents: Mapping[str, bytes]
    estimates: dict[Currency, Estimate] = field(default_factory=dict)
    news: Mapping[str, Input] | None = None

    def estimate(self, currency: Currency, assumptions: Assumptions) -> Estimate:
        """What prices say in this currency. Raises DataMissing."""
        if currency not in self.estimates:
            self.estimates[currency] = appraise(self.market, currency, assumptions)
        return self.estimates[currency]

    def heard(self, work: Work) -> dict[str, Input]:
        """What news and what was learned put into a decision on this market."""
        if self.news is None:
            self.news = news_inputs(work, self.market)
        return {**self.news, **learned_inputs(work, self.market)}


def scene(ledger: Ledger, market: Market, assumptions: Assumptions) -> Scene:
    """The scene of a moment.

    Args:
        ledger: Knows under which hashes contents are stored.
        market: Of the moment, whole.
        assumptions: How much of its past counts.
    """
    contents: dict[str, bytes] = {}

    def keep(content: bytes) -> str:
        digest = ledger.digest("", content, personal=False)
        contents[digest] = content
        return digest

    short = recent(market, assumptions.lookback_days + 5)
    return Scene(short, pack(short, keep), contents)
