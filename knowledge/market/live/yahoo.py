"""Closes, splits and dividends of stocks, funds, indices, gold, currencies: Yahoo through yfinance (extra `live`).

One request for one symbol, whatever the span. Closes are as Yahoo gives them: on the scale after the newest split, not
adjusted for dividends, which come beside them. The bar of a session that has not ended is a price of the moment.
"""

import math
import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from knowledge.market.live.source import Action, Bar, History, Tick
from tools.errors import DataMissing

_TIMEOUT_S: Final = 10
_MOST_BYTES: Final = 16_000_000
_PERIODS: Final = ((25, "1mo"), (80, "3mo"), (170, "6mo"), (350, "1y"), (700, "2y"), (1800, "5y"), (3660, "10y"))
"""The shortest span that Yahoo knows by name and that covers so many days: no request for a time zone is needed."""


class Yahoo:
    """`yahoo:SYMBOL`, for example `yahoo:SPY`, `yahoo:005930.KS`, `yahoo:^KS11`, `yahoo:GC=F`, `yahoo:KRW=X`."""

    name = "yahoo"

    def __init__(self, folder: Path, *, base: str | None = None) -> None:
        """Remember where yfinance may keep its cookie. base: another host for every request, for tests and mirrors."""
        self._folder, self._base = folder, base
        self._session: Any = None

    def history(self, symbol: str, since: date, now: datetime) -> History:
        """See `PriceSource`."""
        frame, meta = self._asked(symbol, (now.date() - since).days + 1)
        bars, actions = [], []
        for stamp, row in zip(frame.index, frame.itertuples(index=False), strict=True):
            day, values = stamp.date(), dict(zip(frame.columns, row, strict=True))
            close = _price(values.get("Close"))
            if close is not None and day >= since:
                bars.append(Bar(day, close))
            for column, kind in (("Stock Splits", "split"), ("Dividends", "dividend")):
                value = _price(values.get(column))
                if value is not None and value > 0:
                    actions.append(Action(day, "split" if kind == "split" else "dividend", value))
        return History(tuple(bars), tuple(actions), _tick(meta, now))

    def _asked(self, symbol: str, days: int) -> tuple[Any, Mapping[str, Any]]:
        try:
            import yfinance
            from yfinance import exceptions
        except ImportError as error:
            raise DataMissing("source_not_installed", self.name) from error
        period = next((name for most, name in _PERIODS if days <= most), "max")
        try:
            ticker = yfinance.Ticker(symbol, session=self._connected())
            ticker._tz = "UTC"  # spares a second request: with a named span yfinance needs no zone
            frame = ticker.history(period=period, interval="1d", auto_adjust=False, actions=True, timeout=_TIMEOUT_S)
            return frame, ticker.history_metadata or {}
        except exceptions.YFRateLimitError as error:
            raise DataMissing("source_busy", self.name, *self._session.pause) from error
        except exceptions.YFPricesMissingError as error:
            raise DataMissing("source_empty" if self._session.answered else "source_down", self.name, symbol) from error
        except (exceptions.YFException, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise DataMissing("source_unreadable", self.name) from error
        except OSError as error:  # every transport error of curl_cffi and requests is one
            slow = "timeout" in type(error).__name__.lower() or "timed out" in str(error).lower()
            raise DataMissing("source_slow" if slow else "source_down", self.name) from error

    def _connected(self) -> Any:
        if self._session is None:
            import yfinance

            self._folder.mkdir(parents=True, exist_ok=True)
            yfinance.set_tz_cache_location(str(self._folder))
            yfinance.config.debug.hide_exceptions = False
            warnings.filterwarnings("ignore", module=r"yfinance\.")  # what pandas tells its developers
            self._session = _session(self._base)
        return self._session


def _session(base: str | None) -> Any:
    """yfinance's own kind of session that also bounds an answer, notes Retry-After, and may be sent elsewhere."""
    from curl_cffi import CurlOpt, requests

    class Session(requests.Session):  # type: ignore[type-arg]
        pause: tuple[str, ...] = ()
        answered = False

        def request(self, method: Any, url: str, *more: Any, **named: Any) -> Any:
            parts = urlsplit(url)
            if base:
                url = base.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")
            elif parts.scheme != "https":
                raise DataMissing("source_not_https", "yahoo")
            self.answered = False
            answer = super().request(method, url, *more, **named)
            self.answered = answer.status_code < 500
            wait = str(answer.headers.get("retry-after", ""))
            self.pause = (wait,) if wait.isdigit() else ()
            return answer

    return Session(impersonate="chrome", curl_options={CurlOpt.MAXFILESIZE_LARGE: _MOST_BYTES})


def _price(value: object) -> Decimal | None:
    """A cell as a decimal: Yahoo's floats carry seven true digits and a tail of noise (470.49997 for 470.5)."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return Decimal(f"{value:.7g}" if abs(value) < 1e6 else f"{value:.2f}")


def _tick(meta: Mapping[str, Any], now: datetime) -> Tick | None:
    """The last trade, from what comes with every chart."""
    price, at = _price(meta.get("regularMarketPrice")), meta.get("regularMarketTime")
    if isinstance(at, int | float) and not isinstance(at, bool):
        at = datetime.fromtimestamp(at, UTC)
    if price is None or not isinstance(at, datetime):  # pandas' stamps are datetimes
        return None
    at = datetime.fromtimestamp(at.timestamp(), UTC)
    return Tick(min(at, now), price, price)
