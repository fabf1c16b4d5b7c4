"""A folder of CSV files as a market (`--market files:DIR`).

What is known when: a close dated D counts once the session of D has ended on the asset's exchange, so that 16:00 in
Seoul does not know New York's close of the same day; it is stamped with the end of D, or with `now` when that is
earlier. A row of `fx.csv` counts from its date, macro figures from `available_at`, quotes from `time`. No later row
changes an earlier answer.

Prices pass the gate of `tools/ticks.py` on the way in, with the rows known at `now` and no others: a bad tick is
missing, and closes before a split stand on the scale after it. A cell or row that cannot be read is left out and told.
"""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.exchanges import exchange_of, instant, sessions
from knowledge.market.csvs import Row, table
from knowledge.market.listing import listing
from knowledge.market.opening import opening_book
from knowledge.market.pricetable import PriceTable
from knowledge.market.quoted import newest_quotes
from knowledge.market.rates import Rates
from tools.domain.investor import Book
from tools.domain.market import Array, Asset, Days, Market, Quote, Universe
from tools.domain.sessions import known_cells
from tools.errors import BadInput, DataMissing
from tools.ticks import Cleaned, clean, taken_out

STALE_DAYS = 7
"""A price older than this many days is stale, unless its exchange was closed for longer (`STALE_SESSIONS`)."""

STALE_SESSIONS = 3
"""Sessions missed beyond which a price older than `STALE_DAYS` is stale."""

_LONGEST_HOLIDAY = 20

FX_DAYS = 5
"""Beyond this age in days an exchange rate is used, and its age told."""

_RISK_FREE_LIMIT = Decimal("0.5")

_CAN_SPLIT = frozenset({"equity", "bond", "real_estate"})


class FilesMarket:
    """Prices, rates and opening balances of a `files:` folder. Each file is read once, when first needed."""

    simulated = False

    def __init__(self, folder: Path) -> None:
        """Take a folder. Raises BadInput("no_folder") when there is none."""
        if not folder.is_dir():
            raise BadInput("no_folder", folder.name)
        self._folder = folder

    def universe(self) -> Universe:
        """What may be held: `assets.csv`, or the columns of `prices.csv` where that is missing; KRW and USD always."""
        return self._listing[0]

    def last(self) -> datetime:
        """End of the newest day with a price. Raises DataMissing("no_prices")."""
        if not len(self._days):
            raise DataMissing("no_prices", "prices.csv")
        return _end_of(self._days[-1].astype(object))

    def opening(self, investor: str, now: datetime | None = None) -> Book | None:
        """Balance at `now` from `holdings.csv` and then `trades.csv`, None for an investor in neither."""
        return opening_book(self._folder, investor, self.universe(), now)

    def at(self, now: datetime) -> Market:
        """The market as of `now`.

        Raises:
            DataMissing: `no_prices` when no row is old enough, `risk_free_impossible` for a rate beyond ±50 %.
            BadInput: A file cannot be read; the name says where.
        """
        now = now.astimezone(UTC)
        count = int(np.searchsorted(self._days, np.datetime64(now.date()), side="right"))
        open_yet = self._open_yet(now, count)
        if count and (open_yet | ~np.isfinite(self._priced[1][count - 1]) | self._money).all():
            count -= 1  # nothing of the last row is known yet
            open_yet = np.zeros_like(open_yet)
        if count == 0:
            raise DataMissing("no_prices", "prices.csv")
        universe, notes = self._listing
        fx_now, fx_notes = self._fx_now(now.date(), count)
        risk_free, rate_notes = self._risk_free(now)
        closes, price_notes = self._gated(count, open_yet)
        quotes, quote_notes = self._quotes(now, closes)
        return Market(
            as_of=now,
            universe=universe,
            days=self._days[:count],
            closes=closes,
            fx={code: rates[:count] for code, rates in self._fx.items()},
            fx_now=fx_now,
            risk_free=risk_free,
            quotes=quotes,
            stale=tuple(a.id for a in universe.assets if _too_old(a, quotes.get(a.id), now)),
            simulated=False,
            notes=(
                *notes,
                *fx_notes,
                *rate_notes,
                *self._table.notes(now.date()),
                *dict.fromkeys([*price_notes, *quote_notes]),
            ),
        )

    @cached_property
    def _listing(self) -> tuple[Universe, tuple[str, ...]]:
        return listing(self._folder, self._table.columns)

    @cached_property
    def _table(self) -> PriceTable:
        return PriceTable(self._folder)

    @cached_property
    def _money(self) -> npt.NDArray[np.bool_]:
        """Cash without prices of its own is worth 1, shape (n,)."""
        priced = self._table.columns
        return np.array([a.asset_class == "cash" and a.id not in priced for a in self.universe().assets])

    @cached_property
    def _priced(self) -> tuple[list[Row], Array]:
        """Rows with at least one price, and all their prices, shape (T, n); NaN where there is none, 1 for cash."""
        assets, found = self.universe().assets, self._table.rows
        prices = np.full((len(found), len(assets)), np.nan)
        for k, asset in enumerate(assets):
            if asset.id in self._table.columns:
                prices[:, k] = self._table.column(asset)
        some = np.isfinite(prices).any(axis=1)
        prices[:, self._money] = 1.0
        return [row for row, keep in zip(found, some.tolist(), strict=True) if keep], prices[some]

    def _open_yet(self, now: datetime, count: int) -> npt.NDArray[np.bool_]:
        """Assets whose session of the last row's day had not ended at `now`, shape (n,)."""
        assets = self.universe().assets
        if not count or self._days[count - 1] != np.datetime64(now.date()) or now >= _end_of(now.date()):
            return np.zeros(len(assets), dtype=np.bool_)
        calendars = tuple(sessions(exchange_of(a), now) for a in assets)
        return np.asarray(~known_cells(self._days[count - 1 : count], calendars, instant(now))[0] & ~self._money)

    @cached_property
    def _judged(self) -> Cleaned:
        return self._judge(self._priced[1])

    def _judge(self, prices: Array) -> Cleaned:
        classes = [a.asset_class for a in self.universe().assets]
        return clean(prices, signed=[c == "commodity" for c in classes], splits=[c in _CAN_SPLIT for c in classes])

    def _gated(self, count: int, open_yet: npt.NDArray[np.bool_]) -> tuple[Array, list[str]]:
        """Closes of the first `count` rows as they were to be believed then, shape (count, n), and what was refused."""
        judged, given = self._judged, self._priced[1][:count]
        if open_yet.any():
            given = given.copy()
            given[-1, open_yet] = np.nan
            judged = self._judge(given)
        elif count < len(self._priced[1]) and not judged.settled(count):
            judged = self._judge(given)  # later rows said more about these than was known by then
        out = taken_out(judged.codes[:count])
        closes = np.where(out, np.nan, judged.values[:count])
        notes = []
        for k, asset in enumerate(self.universe().assets):
            known = np.flatnonzero(np.isfinite(closes[:, k]))
            newest = int(known[-1]) if len(known) else -1
            if out[newest + 1 :, k].any():
                notes.append(f"quote_rejected:{asset.id}")
            scale = judged.factors[:count, k] / judged.factors[newest, k]
            if (scale[known] != 1.0).any():
                closes[:, k] = np.where(np.isfinite(closes[:, k]), given[:, k] * scale, np.nan)
                notes.append(f"split_assumed:{asset.id}")
        closes.flags.writeable = False
        return closes, notes

    @cached_property
    def _days(self) -> Days:
        return np.array([row.day("date") for row in self._priced[0]], dtype="datetime64[D]")

    @cached_property
    def _rates(self) -> Rates:
        return Rates(table(self._folder, "fx.csv", ("date", "pair", "rate"))[1])

    @cached_property
    def _fx(self) -> dict[str, Array]:
        codes = sorted({"KRW", "USD", *(a.currency for a in self.universe().assets)})
        return {code: self._rates.on(self._days, code) for code in codes}

    @cached_property
    def _macro(self) -> list[tuple[datetime, Row]]:
        return _by_time(table(self._folder, "macro.csv", ("available_at", "series", "value"))[1], "available_at")

    @cached_property
    def _spreads(self) -> list[tuple[datetime, Row]]:
        return _by_time(table(self._folder, "quotes.csv", ("time", "asset", "bid", "ask"))[1], "time")

    @cached_property
    def _fx_ages(self) -> dict[str, npt.NDArray[np.int64]]:
        """Age in days of the rate used on each day, shape (T,)."""
        return {code: self._rates.ages(self._days, code) for code in self._fx}

    def _fx_now(self, today: date, count: int) -> tuple[dict[str, Decimal], list[str]]:
        found = {code: self._rates.now(code, today) for code in self._fx}
        known = {code: rate for code, rate in found.items() if rate is not None}
        age = max((today - day).days for _, day in known.values())
        notes = [f"fx_missing:{code}" for code in found if code not in known]
        oldest = {code: int(ages[:count].max()) for code, ages in self._fx_ages.items() if code != "KRW"}
        notes += [f"fx_gap:{code}:{days}" for code, days in oldest.items() if days > FX_DAYS]
        # What was imported may have been paid in currencies that nothing listed here is in.
        more = {code: self._rates.now(code, today) for code in sorted(self._rates.codes - found.keys())}
        rates = known | {code: rate for code, rate in more.items() if rate is not None}
        return {code: rate for code, (rate, _) in rates.items()}, notes + ([f"fx_age:{age}"] if age > FX_DAYS else [])

    def _risk_free(self, now: datetime) -> tuple[dict[str, float], list[str]]:
        rates = {"KRW": 0.0, "USD": 0.0}
        missing = []
        for code in rates:
            known = [row for at, row in self._macro if at <= now and row.text("series") == f"RF_{code}"]
            if not known:
                missing.append(f"rf_missing:{code}")
                continue
            value = known[-1].number("value")
            if abs(value) > _RISK_FREE_LIMIT:
                raise DataMissing("risk_free_impossible", known[-1].place)
            rates[code] = float(value)
        return rates, missing

    def _quotes(self, now: datetime, closes: Array) -> tuple[dict[str, Quote], list[str]]:
        """Newest price of each asset: its last close, or the middle of a later bid and ask that passes the gate."""
        found: dict[str, Quote] = {}
        for k, asset in enumerate(self.universe().assets):
            known = np.flatnonzero(np.isfinite(closes[:, k]))
            if self._money[k]:
                found[asset.id] = Quote(price=Decimal(1), at=now)
            elif len(known):
                row = self._priced[0][int(known[-1])]
                found[asset.id] = Quote(price=row.number(asset.id), at=min(_end_of(row.day("date")), now))
        ids = self.universe().ids
        spreads = [(at, row) for at, row in self._spreads if at <= now and row.text("asset") in ids]
        return newest_quotes(found, spreads, {name: closes[:, k] for k, name in enumerate(ids)})


def _by_time(found: list[Row], column: str) -> list[tuple[datetime, Row]]:
    return sorted(((row.instant(column), row) for row in found), key=lambda item: item[0])


def _too_old(asset: Asset, quote: Quote | None, now: datetime) -> bool:
    """Whether a price has missed too much: days, but for those on which its exchange was closed."""
    if quote is None:
        return True
    age = (now.date() - quote.at.date()).days
    if not STALE_DAYS < age <= _LONGEST_HOLIDAY:
        return age > STALE_DAYS
    missed = sessions(exchange_of(asset), now).missed(np.datetime64(quote.at.date()), instant(now))
    return missed > STALE_SESSIONS


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=UTC)
