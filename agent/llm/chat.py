"""An OpenAI-compatible server as a LangChain chat model. Everything dangerous is in `client` and `stream`."""

import time
from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, convert_to_openai_messages
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from agent.llm.client import Endpoint
from agent.llm.stream import Message


class ServerModel(BaseChatModel):
    """A chat model that gives whole, checked messages only; it has no chunks of its own to stream.

    Call it with `until`, the end of the turn on `time.monotonic`. Raises ModelFailed and nothing else.
    """

    model: str
    patience: float  # seconds, for a call that names no end
    _endpoint: Endpoint = PrivateAttr()

    def __init__(self, model: str, endpoint: Endpoint, *, patience: float = 60.0) -> None:
        """Speak to `endpoint` as `model`."""
        super().__init__(model=model, patience=patience)
        self._endpoint = endpoint

    @property
    def _llm_type(self) -> str:
        return "hanfolio-server"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Offer these tools with every call."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        tools = kwargs.get("tools") or []
        body: dict[str, Any] = {"model": self.model, "messages": convert_to_openai_messages(messages)}
        if tools:
            body["tools"] = tools
        until = kwargs.get("until") or time.monotonic() + self.patience
        answer = self._endpoint.ask(body, frozenset(t["function"]["name"] for t in tools), until)
        return ChatResult(generations=[ChatGeneration(message=_as_message(answer))])


def _as_message(answer: Message) -> AIMessage:
    calls = [{"name": c.name, "args": c.args, "id": c.id, "type": "tool_call"} for c in answer.calls]
    usage = None
    if answer.tokens is not None:
        read, written = answer.tokens
        usage = {"input_tokens": read, "output_tokens": written, "total_tokens": read + written}
    return AIMessage(content=answer.text, tool_calls=calls, usage_metadata=usage)
