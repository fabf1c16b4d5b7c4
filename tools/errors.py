"""What can go wrong, one class per reaction of the caller.

AdvisorError
 ├─ MandateConflict   the investor asked for what their mandate forbids   → say which limit, ask
 ├─ Infeasible        no portfolio satisfies the limits                   → name the clashing set
 ├─ DataMissing       a number is missing, stale or impossible            → name it, do not trade
 ├─ ModelFailed       the language model gave no usable answer            → built-in model, or say so
 ├─ Stale             the world moved since the proposal                  → review again
 ├─ BadInput          what came in cannot be read                         → say what is wrong with it
 ├─ StoreFailed       the ledger cannot be read or written                → say so; nothing was half-done
 └─ BrokerFailed      a broker gave no usable answer                      → ask it by key before anything is sent

Errors carry codes and typed fields, never sentences: `agent/words/` turns them into Korean and English.
"""

from collections.abc import Sequence


class AdvisorError(Exception):
    """Base of all errors this project raises on purpose. `code` names the sentence in `agent/words/`."""

    def __init__(self, code: str, *names: str) -> None:
        """Keep a machine-readable code and the names (assets, limits, files) it is about."""
        super().__init__(code, *names)
        self.code = code
        self.names = names


class MandateConflict(AdvisorError):
    """The investor asked for what their own mandate forbids; `names` are ids of the limits in the way."""


class Infeasible(AdvisorError):
    """No portfolio satisfies the limits.

    `clash` is a smallest clashing set. The solver names rows of its arrays, such as ("group_lower", 2);
    `tools.mandate` translates them and raises again with `names` set to limit ids.
    """

    def __init__(self, clash: Sequence[tuple[str, int]] = (), *names: str) -> None:
        """Keep the clashing rows and, once translated, the ids of the limits."""
        super().__init__("infeasible", *names)
        self.clash = tuple(clash)


class DataMissing(AdvisorError):
    """A number needed for advice is missing, stale, non-finite or impossible; `names` says whose."""


class ModelFailed(AdvisorError):
    """The language model gave no usable answer. The client's own message is never kept: it may quote the key."""


class Stale(AdvisorError):
    """The world moved since the proposal: expired, prices beyond tolerance, another book or mandate."""


class BadInput(AdvisorError):
    """Something from outside cannot be read as what it should be; `names` says where."""


class StoreFailed(AdvisorError):
    """The ledger is locked, read-only, full, damaged or of another kind; nothing was half-written."""


class BrokerFailed(AdvisorError):
    """A broker gave no usable answer. Whether an order arrived follows from the code; its own words are never kept."""
