"""What was learned from prices may be switched off and on again in words: a statement, undone by a word."""

import re
from typing import Final

from agent.learned import admitted
from agent.toolbox.common import answer, refuse, state
from agent.toolbox.outcome import Hands, Outcome
from agent.words.slots import Line, Word
from tools.domain.investor import Switch

_NAMED: Final = {
    "policy": re.compile(r"강화\s?학습|알엘|정책|에이전트|\brl\b|reinforcement|polic(?:y|ies)|\bagent", re.IGNORECASE),
    "forecast": re.compile(r"예측|전망|forecast|predict", re.IGNORECASE),
}
"""Words one of which must stand in what the investor said, whichever mind reads it."""


def switch(hands: Hands, args: Switch) -> Outcome:
    """Let the learned policy (reinforcement learning) or the forecasts of returns have a voice in decisions, or not.

    Args:
        source: policy or forecast.
        on: false = no voice from now on, true = it may speak again.
    """
    work = hands.work
    name = Word(f"learned.{args.source}")
    if _NAMED[args.source].search(hands.said) is None:
        return refuse("switch", args, "not_said", Line("ask.not_said_plain"))
    if args.on == (args.source not in work.state.silenced()):
        return answer("switch", args, Line("switch.same_on" if args.on else "switch.same_off", {"source": name}))
    speaks = admitted(hands.desk, args.source, work.currency, work.at) is not None
    lines = [Line("switch.on" if args.on else "switch.off", {"source": name})]
    if not speaks:
        lines.append(Line("switch.no_voice"))
    return state(hands, args, *lines, review=speaks)
