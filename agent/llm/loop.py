"""The agent loop: one LangChain agent per mind, and for each turn the context that binds its tools to one investor."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelCallLimitMiddleware, ModelRequest, ModelResponse
from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError
from langchain.tools import ToolRuntime
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.tools import StructuredTool
from langsmith import tracing_context
from pydantic import ValidationError

from agent.llm.stream import MENDABLE
from agent.toolbox.outcome import Hands, Outcome
from agent.toolbox.registry import TOOLS, call
from agent.words.render import render_all
from knowledge.usage import Used
from tools.domain.value import canonical
from tools.errors import ModelFailed

_OUT_OF_RANGE = frozenset({"less_than", "less_than_equal", "greater_than", "greater_than_equal"})

CHARACTERS = 3
"""Of a text count as one token where nobody counted: between what Korean and English take."""
MODEL_CALLS = 8
TOOL_CALLS = 12
MEND = (
    "[system] Your last message was refused as a whole and none of its calls ran ({code}). Call the offered tools "
    "again, each with exactly one JSON object that fits its schema, or answer without a tool."
)


@dataclass(slots=True)
class Context:
    """What one turn gives its tools and its model; no tool has an argument for any of it.

    until: end of the turn on `time.monotonic`. on_step: told after each tool call. used: tokens of all answers so far.
    """

    hands: Hands
    prompt: str
    until: float
    on_step: Callable[[Outcome], None] | None = None
    mended: bool = False
    called: int = field(default=0)
    used: Used = field(default_factory=Used)


class _WholeMessages(AgentMiddleware[Any, Any]):  # type: ignore[misc]  # langchain is untyped to us
    """A message of a large model counts whole or not at all; once a turn it may be mended."""

    def __init__(self, *, strict: bool) -> None:
        """`strict` for a model that may be wrong about the tools; the built-in one only fills slots it knows."""
        super().__init__()
        self._strict = strict

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Ask the model under this turn's prompt and deadline, and check every call before any runs."""
        context: Context = request.runtime.context
        told = {"until": context.until, "pending": context.hands.work.state.pending is not None}
        asked = request.override(system_message=SystemMessage(context.prompt), model_settings=told)
        if not self._strict:
            return handler(asked)
        try:
            return _checked(context, _counted(context, asked, handler))
        except ModelFailed as failure:
            if failure.code not in MENDABLE or context.mended:
                raise
            context.mended = True
            note = HumanMessage(MEND.format(code=failure.code))
        return _checked(context, _counted(context, asked.override(messages=[*request.messages, note]), handler))


def _counted(
    context: Context, asked: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
) -> ModelResponse[Any]:
    """The answer, its tokens added to the turn's; by length where the server does not count, or gave no answer."""
    sent = len(context.prompt) + sum(len(m.text) for m in asked.messages)
    read, written = sent // CHARACTERS, 0
    try:
        response = handler(asked)
        for message in response.result:
            usage = message.usage_metadata if isinstance(message, AIMessage) else None
            written += usage["output_tokens"] if usage else len(message.text) // CHARACTERS
            read = usage["input_tokens"] if usage else read
    finally:
        context.used = Used(context.used.read + read, context.used.written + written)
    return response


def _checked(context: Context, response: ModelResponse[Any]) -> ModelResponse[Any]:
    calls = [c for m in response.result if isinstance(m, AIMessage) for c in m.tool_calls]
    for one in calls:
        if not _fits(one["name"], one["args"]):
            raise ModelFailed("bad_call")
    context.called += len(calls)
    if context.called > TOOL_CALLS:
        raise ModelFailed("limit")
    return response


def _fits(name: str, args: Mapping[str, Any]) -> bool:
    """Are these arguments of the tool's shape? A number out of its range is; the tool answers it in words."""
    try:
        TOOLS[name].args.model_validate_json(canonical(args))
    except ValidationError as error:
        return all(e["type"] in _OUT_OF_RANGE for e in error.errors())
    return True


def _use(name: str) -> Callable[..., str]:
    def use(runtime: ToolRuntime[Context, Any], **args: Any) -> str:
        context = runtime.context
        if time.monotonic() > context.until:
            raise ModelFailed("timeout")
        outcome = call(context.hands, name, args)
        if context.on_step is not None:
            context.on_step(outcome)
        return as_facts(context.hands, outcome)

    return use


def as_facts(hands: Hands, outcome: Outcome) -> str:
    """What a model is told about a call: whether it took effect, and the sentence the investor will read."""
    work = hands.work
    said = render_all(outcome.lines, work.lang, hands.desk.names, tz=work.tz)
    facts = {"took_effect": outcome.reason is None, "reason": outcome.reason, "told_the_investor": said.text}
    return json.dumps(facts, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Mind:
    """A model that can hold the conversation. name: "builtin" or "openai:NAME". Shared by all investors and threads."""

    name: str
    model: BaseChatModel
    graph: Any

    def run(self, context: Context, messages: Sequence[BaseMessage]) -> str:
        """Let the model call its tools until it is done; what they came to lies in `context.hands.outcomes`.

        Returns:
            The model's own words at the end, unchecked; often empty.
        Raises:
            ModelFailed: No usable answer; the command it worked on is to be dropped.
        """
        # Calls of one message run in the order in which they stand. A tracing service, were one set up in the
        # environment, would be sent everything this investor says.
        with tracing_context(enabled=False):
            try:
                state = self.graph.invoke({"messages": list(messages)}, {"max_concurrency": 1}, context=context)
            except ModelCallLimitExceededError:
                raise ModelFailed("limit") from None
        return str(state["messages"][-1].text)

    def first(self, messages: Sequence[BaseMessage], until: float) -> AIMessage:
        """The model's first message; nothing is executed."""
        with tracing_context(enabled=False):
            answer = self.model.bind_tools(_tools(), until=until).invoke(list(messages))
        if not isinstance(answer, AIMessage):
            raise ModelFailed("malformed")
        return answer


def build(name: str, model: BaseChatModel, *, strict: bool) -> Mind:
    """A mind around a model. Costs a few hundred milliseconds; done once."""
    graph = create_agent(
        model,
        _tools(),
        middleware=[
            _WholeMessages(strict=strict),
            ModelCallLimitMiddleware(run_limit=MODEL_CALLS, exit_behavior="error"),
        ],
        context_schema=Context,
    )
    return Mind(name, model, graph)


def _tools() -> list[StructuredTool]:
    return [
        StructuredTool(name=name, description=tool.description, args_schema=tool.schema(), func=_use(name))
        for name, tool in TOOLS.items()
    ]
