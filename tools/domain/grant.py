"""What an investor lets happen without being asked each time: a band, an end, and nothing beyond either."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tools.domain.investor import Fraction
from tools.domain.value import AssetId, Digest, Instant, PlainText, TargetId, Value, Weight

DAILY = 0.05
"""Most that is traded by itself on one day: one-way turnover, a fraction of the portfolio."""

SPACING = 5
"""Market days between two trades that nobody was asked about."""


class Grant(Value):
    """Trades may happen by themselves, only inside this band and only until its end.

    Either one `target` may be kept between `low` and `high` of the portfolio, by trading it against cash; or every
    asset may move at most `within` from its weight in `anchor`, which is where it stood when this was read back.
    """

    target: TargetId | None = None
    low: Weight | None = None
    high: Weight | None = None
    within: Fraction | None = None
    anchor: Mapping[AssetId, Weight] = {}
    until: Instant
    turnover: Annotated[float, Field(gt=0, le=0.25)] = DAILY

    @model_validator(mode="after")
    def _one_kind_of_band(self) -> "Grant":
        banded = self.target is not None and self.low is not None and self.high is not None and self.low < self.high
        free = self.target is None and self.low is None and self.high is None
        if not (banded and self.within is None) and not (free and self.within is not None):
            raise ValueError("give target with low < high, or within")
        return self


class Offer(Value):
    """A grant as it was understood and read back. Nothing may happen on it before the investor's own yes."""

    kind: Literal["grant_offer"] = "grant_offer"
    id: str
    turn: str
    said: PlainText
    lang: Literal["ko", "en"]
    grant: Grant
    expires_at: Instant
    fingerprint: Digest

    @property
    def code(self) -> str:
        """The four characters a person types in the terminal to grant exactly this."""
        return self.fingerprint[:4]


class Granted(Value):
    """A person said yes to exactly this offer."""

    kind: Literal["grant"] = "grant"
    offer: str
    turn: str
    fingerprint: Digest


class Revoked(Value):
    """The investor took grants back, at once; none named = they let an offer go."""

    kind: Literal["revocation"] = "revocation"
    turn: str
    grants: tuple[str, ...]
