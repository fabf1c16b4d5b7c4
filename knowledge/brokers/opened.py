"""Which broker a setting means, built only where it may be: a real one needs real data and a running clock."""

from collections.abc import Mapping

from knowledge.brokers.manual import ManualBroker
from knowledge.brokers.paper import PaperBroker
from knowledge.ports import Broker
from tools.errors import BadInput


def open_broker(spec: str, *, live: bool, simulated: bool, keys: Mapping[str, str], running: bool) -> Broker:
    """The broker behind a setting.

    Args:
        spec: paper, manual, alpaca, or ccxt:EXCHANGE.
        live: Real money was switched on, on top of the spec.
        simulated: The market is the demo: nothing leaves a demo home.
        keys: alpaca, alpaca_secret; exchange, exchange_secret, exchange_password.
        running: The clock is the machine's; a real order at an instant of the past would be nonsense.
    Raises:
        BadInput: broker_unknown, broker_demo, broker_clock_fixed, broker_no_key, broker_not_live, and what the broker
            itself refuses.
    """
    if live and spec in ("paper", "manual"):
        raise BadInput("broker_not_live", spec)
    if spec == "paper":
        return PaperBroker()
    if simulated:
        raise BadInput("broker_demo", spec)
    if spec == "manual":
        return ManualBroker()
    if spec != "alpaca" and not spec.startswith("ccxt:"):
        raise BadInput("broker_unknown", spec)
    if not running:
        raise BadInput("broker_clock_fixed", spec)
    which = "alpaca" if spec == "alpaca" else "exchange"
    key, secret = keys.get(which), keys.get(f"{which}_secret")
    if not key or not secret:
        raise BadInput("broker_no_key", spec)
    if which == "alpaca":
        from knowledge.brokers.alpaca import Alpaca  # httpx: only who trades outside pays for it

        return Alpaca(key, secret, live=live)
    from knowledge.brokers.exchange import Exchange

    venue = spec.removeprefix("ccxt:")
    return Exchange(venue, key, secret, password=keys.get("exchange_password"), live=live)
