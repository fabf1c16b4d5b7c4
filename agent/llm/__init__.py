"""The one door to a model: which one, what it is told, its deadline and budget; broken answers are refused.

`stream` checks a raw answer, `client` fetches it in bounded time, `chat` makes it a LangChain model, `loop` lets it
call tools bound to one investor, `prose` judges what it says in its own words, `prompt` is what it is told.
LangChain takes seconds to import, so nothing here imports it before a model is chosen.
"""

from agent.llm.choice import BUILTIN, PATIENCE, builtin_mind, choose_mind, first_calls, server_name
from agent.llm.prompt import as_messages, earlier, prompt_digest, system_prompt, took
from agent.llm.prose import shown

__all__ = [
    "BUILTIN",
    "PATIENCE",
    "as_messages",
    "builtin_mind",
    "choose_mind",
    "earlier",
    "first_calls",
    "prompt_digest",
    "server_name",
    "shown",
    "system_prompt",
    "took",
]
