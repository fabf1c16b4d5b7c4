"""The built-in mind as a chat model: it reads the talk, calls bound tools, and leaves the words to code."""

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.language_models.base import LangSmithParams
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict

from agent.builtin.context import Call, Said
from agent.builtin.understand import Understander, Understanding


class BuiltinModel(BaseChatModel):
    """Understands the last human message and answers with tool calls only; deterministic.

    understander: shared by all turns. pending: whether a proposal waits for an answer; None = judge by the talk. A call
    may say it too (`invoke(..., pending=True)`).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    understander: Understander
    pending: bool | None = None

    @property
    def _llm_type(self) -> str:
        return "builtin"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": "builtin"}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        return LangSmithParams(ls_provider="hanfolio", ls_model_name="builtin", ls_model_type="chat")

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Remember which tools may be called."""
        return self.bind(tools=[convert_to_openai_tool(t) for t in tools], tool_choice=tool_choice, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        bound = [tool["function"]["name"] for tool in kwargs.get("tools") or ()]
        if not messages or not isinstance(messages[-1], HumanMessage):
            return _result([])  # the tools have run: what they came to is put into words by code
        said = messages[-1].text
        pending = kwargs.get("pending", self.pending)
        understood = self.understander(said, history_of(messages[:-1]), pending=pending)
        return _result(offered(understood, bound))


CALLS = "calls"
"""Key beside an investor's words of what they came to."""


def history_of(messages: Sequence[BaseMessage]) -> list[Said]:
    """What was said aloud before: human turns and the assistant's words, without tool traffic."""
    said: list[Said] = []
    for message in messages:
        if isinstance(message, HumanMessage):
            known = message.additional_kwargs.get(CALLS)
            calls = None if known is None else tuple(Call(c["name"], c["args"]) for c in known)
            said.append(Said("user", message.text, calls))
        elif isinstance(message, AIMessage) and message.text:
            said.append(Said("assistant", message.text))
    return said


def offered(understood: Understanding, bound: Sequence[str]) -> list[Call]:
    """Calls whose tool is bound; when one has none, a question instead, if asking is possible."""
    calls = [c for c in understood.calls if c.name in bound]
    if len(calls) == len(understood.calls):
        return calls
    return calls or ([Call("clarify")] if "clarify" in bound else [])


def _result(calls: Sequence[Call]) -> ChatResult:
    asked = [
        {"name": call.name, "args": dict(call.args), "id": f"call_{n}", "type": "tool_call"}
        for n, call in enumerate(calls, 1)
    ]
    message = AIMessage(content="", tool_calls=asked)
    return ChatResult(generations=[ChatGeneration(message=message)])
