"""Who is asking: the handlers of each investor of this server, and the first guess of a visitor's language."""

from dataclasses import dataclass, field

from agent.wiring import Desk
from tools.domain.value import Lang
from tools.errors import BadInput
from ui.handlers import Handlers


@dataclass(frozen=True, slots=True)
class Everyone:
    """The handlers of each investor of this server. name: the only one, where nobody logs in."""

    desk: Desk
    name: str | None = "me"
    lang: Lang | None = None
    _made: dict[str, Handlers] = field(default_factory=dict)

    def of(self, login: str | None) -> Handlers:
        """The handlers of who is asking; with accounts that is the login, which the door wrote into the request.

        Raises:
            BadInput("nobody"): Accounts are on and this request has no login.
        """
        who = self.name or login
        if who is None:
            raise BadInput("nobody")
        return self._made.setdefault(who, Handlers(self.desk, who, login=self.name is None))

    def language(self, accepted: str) -> Lang:
        """The language the page was started in, else the browser's first guess."""
        return first_language(accepted, self.lang)


def first_language(accepted: str, fixed: Lang | None) -> Lang:
    """The fixed language, else a first guess from Accept-Language."""
    return fixed or ("ko" if _preferred(accepted) == "ko" else "en")


def _preferred(accepted: str) -> str:
    """The language an Accept-Language header wants most."""
    best, chosen = 0.0, ""
    for part in accepted.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if weight > best:
            best, chosen = weight, tag.strip().lower().split("-")[0]
    return chosen
