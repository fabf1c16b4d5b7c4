"""On-chain figures of Coin Metrics' community API: no key, several metrics of one coin in one request.

Source: docs.coinmetrics.io/api/v4, /timeseries/asset-metrics. A day's figures are known after its end.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from knowledge.market.csvs import decimal_of
from knowledge.market.fetch import document, fetch
from knowledge.market.live.source import Point
from tools.errors import DataMissing

BASE = "https://community-api.coinmetrics.io/v4"
_MOST = 10_000


class CoinMetrics:
    """`coinmetrics:COIN/METRIC`, for example `coinmetrics:btc/CapMVRVCur`."""

    name = "coinmetrics"

    def __init__(self, *, base: str = BASE) -> None:
        self._base = base

    def groups(self, ids: Sequence[str]) -> Sequence[Sequence[str]]:
        """All metrics of one coin together."""
        coins = dict.fromkeys(i.split("/")[0] for i in ids)
        return [[i for i in ids if i.split("/")[0] == coin] for coin in coins]

    def points(self, ids: Sequence[str], since: date, now: datetime) -> Mapping[str, Sequence[Point]]:
        """See `PointSource`; a metric that the community tier does not offer is left out."""
        coin, metrics = ids[0].split("/")[0], [i.split("/")[1] for i in ids]
        asked = {
            "assets": coin,
            "metrics": ",".join(metrics),
            "frequency": "1d",
            "start_time": since.isoformat(),
            "page_size": str(_MOST),
            "ignore_forbidden_errors": "true",
            "ignore_unsupported_errors": "true",
        }
        body = fetch(f"{self._base}/timeseries/asset-metrics", params=asked, deadline_s=20.0, most_bytes=12_000_000)
        answer = document(body, self.name)
        rows = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise DataMissing("source_unreadable", self.name)
        found: dict[str, list[Point]] = {f"{coin}/{m}": [] for m in metrics}
        for row in rows:
            for metric in metrics if isinstance(row, dict) else ():
                point = _point(str(row.get("time")), row.get(metric))
                if point:
                    found[f"{coin}/{metric}"].append(point)
        return {name: points for name, points in found.items() if points}


def _point(time: str, value: object) -> Point | None:
    number = decimal_of(value) if isinstance(value, str) else None
    try:
        return None if number is None else Point(date.fromisoformat(time[:10]), number)
    except ValueError:
        return None
