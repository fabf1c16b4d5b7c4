"""The page: where things stand and which handler each button calls. What is drawn comes from `ui.handlers`."""

from collections.abc import Iterator
from importlib import resources
from typing import Any

import gradio as gr

from tools.domain.value import Lang
from ui.cards import notice
from ui.everyone import Everyone
from ui.handlers import Handlers, Seen, View
from ui.labels import label
from ui.rooms import TABS

_LANGUAGE = "(lang) => { document.documentElement.lang = lang; }"
_THEME = (
    "() => { const dark = document.body.classList.toggle('dark'); "
    "try { localStorage.setItem('hanfolio-theme', dark ? 'dark' : 'light'); } catch {} }"
)
_OPENED = (
    "(lang) => { document.documentElement.lang = lang; let t = null; "
    "try { t = localStorage.getItem('hanfolio-theme'); } catch {} "
    "if (t) document.body.classList.toggle('dark', t === 'dark'); "
    "const chat = document.getElementById('hf-chat'); if (chat) chat.tabIndex = 0; }"
)
_SCRIPT = resources.files("ui").joinpath("assets", "page.js").read_text("utf-8")
"""What the markup of a room does in the browser; run once for each block, with `element` and `trigger`."""

_AT_ONCE = 16
"""Handlers of one kind that may run together."""


def build(everyone: Everyone) -> gr.Blocks:
    """The whole page, for whoever is asking."""
    return _Page(everyone).blocks


class _Page:
    """Widgets in their places. Everything a handler may change is in `parts`, in the order of `_values`."""

    def __init__(self, everyone: Everyone) -> None:
        self.everyone = everyone
        first: Lang = everyone.lang or "ko"
        with gr.Blocks(title="Hanfolio", analytics_enabled=False, fill_width=True, elem_id="hf-root") as self.blocks:
            self._state()
            self._top(first)
            with gr.Row(elem_id="hf-columns"):
                with gr.Column(scale=7, min_width=340):
                    self._tabs(first)
                with gr.Column(scale=5, min_width=340, elem_id="hf-side"):
                    self._side(first)
            self._wire()

    def _state(self) -> None:
        self.seen = gr.State(None)
        self.mark = gr.State(0)
        self.tab = gr.State("talk")

    def _top(self, lang: Lang) -> None:
        with gr.Row(elem_id="hf-top"):
            self.header = _html(clicks=True, elem_id="hf-header")
            self.lang = gr.Radio(
                [("한국어", "ko"), ("English", "en")],
                value=None,
                label=label("language", lang),
                show_label=False,
                container=False,
                elem_id="hf-lang",
            )
            self.theme = gr.Button(
                label("theme", lang), elem_id="hf-theme", elem_classes="hf-plain", size="sm", scale=0, min_width=84
            )

    def _tabs(self, lang: Lang) -> None:
        self.pages: dict[str, gr.HTML] = {}
        self.tabs: dict[str, gr.Tab] = {}
        with gr.Tabs():
            for name in TABS:
                with gr.Tab(label(f"tab_{name}", lang), id=name) as self.tabs[name]:
                    if name == "talk":
                        self._talk(lang)
                    else:
                        self.pages[name] = _html(clicks=True)
                    if name == "me":
                        self._erase(lang)

    def _talk(self, lang: Lang) -> None:
        self.chat = _html(clicks=True, elem_id="hf-chat", autoscroll=True)
        self.chips = _html(clicks=True, elem_id="hf-chips")
        with gr.Row(elem_id="hf-write"):
            self.message = gr.Textbox(
                placeholder=label("say", lang),
                label=label("message", lang),
                show_label=False,
                container=False,
                lines=1,
                max_lines=6,
                scale=1,
                autofocus=True,
                elem_id="hf-message",
            )
            self.send = gr.Button(label("send", lang), elem_classes="hf-primary", scale=0, min_width=84)
            self.stop = gr.Button(label("stop", lang), elem_classes="hf-plain", scale=0, min_width=84, visible=False)

    def _erase(self, lang: Lang) -> None:
        with gr.Row(elem_id="hf-erase"):
            self.word = gr.Textbox(
                label=label("erase_hint", lang, word=label("erase_word", lang)), lines=1, max_lines=1, scale=1
            )
            self.erase = gr.Button(label("erase", lang), elem_classes="hf-plain", scale=0, min_width=120)

    def _side(self, lang: Lang) -> None:
        self.card = _html(clicks=True, elem_id="hf-card")
        self.note = _html(elem_id="hf-note")
        with gr.Row(elem_id="hf-yesno"):
            self.yes = gr.Button(label("approve", lang), elem_id="hf-yes", elem_classes="hf-primary", visible=False)
            self.no = gr.Button(label("reject", lang), elem_id="hf-no", elem_classes="hf-plain", visible=False)

    def _wire(self) -> None:
        """Every event with its handler. All are private, all queue, none trusts what the browser holds."""
        on: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": _AT_ONCE}
        parts, where = self._parts(), [self.lang, self.tab]
        talk: dict[str, Any] = {**on, "outputs": [*parts, self.message, self.send, self.stop]}
        running = [
            self.message.submit(self._say, [self.message, *where], **talk),
            self.send.click(self._say, [self.message, *where], **talk),
            self.chat.click(self._chip, where, **talk),
            self.chips.click(self._chip, where, **talk),
        ]
        self.stop.click(self._stopped, where, [*parts, self.send, self.stop], cancels=running, **on)
        self.yes.click(self._approve, [*where, self.seen], parts, **on)
        self.no.click(self._reject, [*where, self.seen], parts, **on)
        for html in (self.card, *self.pages.values()):
            html.click(self._act, where, parts, **on)
        for name, tab in self.tabs.items():
            tab.select(self._opener(name), [self.lang], [self.tab, *parts], **on)
        self.erase.click(self._erased, [self.word, *where], [self.word, *parts], **on)
        self.header.click(self._look, [*where, self.mark], [*parts, self.send, self.stop], **on)
        named = self._named()
        self.lang.input(self._relabel, where, [*named, *parts], **on).then(None, self.lang, js=_LANGUAGE, **on)
        self.theme.click(None, js=_THEME, **on)
        self.blocks.load(self._open, None, [self.lang, *named, *parts], **on).then(None, self.lang, js=_OPENED, **on)

    # --- values for the widgets ---

    def _parts(self) -> list[Any]:
        pages = list(self.pages.values())
        return [
            self.header,
            self.chat,
            self.card,
            self.note,
            self.chips,
            *pages,
            self.seen,
            self.mark,
            self.yes,
            self.no,
        ]

    def _values(self, view: View | None) -> list[Any]:
        """One value per part; what a view leaves out stays."""
        if view is None:
            return [gr.skip() for _ in self._parts()]
        kept = [view.header, view.chat, view.card, view.note, view.chips, *(view.pages.get(n) for n in TABS[1:])]
        drawn = [gr.skip() if html is None else html for html in kept]
        if view.card is None:
            return [*drawn, *[gr.skip()] * 4]
        buttons = gr.update(visible=view.seen is not None)
        return [*drawn, view.seen, view.mark, buttons, buttons]

    def _named(self) -> list[Any]:
        return [
            *self.tabs.values(),
            self.message,
            self.send,
            self.stop,
            self.yes,
            self.no,
            self.theme,
            self.word,
            self.erase,
        ]

    def _labels(self, lang: Lang) -> list[Any]:
        texts = ("send", "stop", "approve", "reject", "theme")
        return [
            *(gr.update(label=label(f"tab_{n}", lang)) for n in TABS),
            gr.update(placeholder=label("say", lang), label=label("message", lang)),
            *(gr.update(value=label(t, lang)) for t in texts),
            gr.update(label=label("erase_hint", lang, word=label("erase_word", lang))),
            gr.update(value=label("erase", lang)),
        ]

    # --- handlers: browser values are checked, who is asking is the door's word, then both are passed on ---

    def _of(self, request: gr.Request) -> Handlers:
        return self.everyone.of(request.username)

    def _open(self, request: gr.Request) -> list[Any]:
        handlers = self._of(request)
        lang = self.everyone.language(request.headers.get("accept-language", ""))
        return [lang, *self._labels(lang), *self._values(handlers.view(lang, "talk"))]

    def _relabel(self, lang: object, tab: object, request: gr.Request) -> list[Any]:
        chosen = _lang(lang)
        return [*self._labels(chosen), *self._values(self._of(request).view(chosen, _tab(tab)))]

    def _say(self, text: object, lang: object, tab: object, request: gr.Request) -> Iterator[list[Any]]:
        said = text if isinstance(text, str) else ""
        yield from self._spoken(self._of(request), said, _lang(lang), _tab(tab))

    def _chip(self, lang: object, tab: object, event: gr.EventData, request: gr.Request) -> Iterator[list[Any]]:
        act, value = _clicked(event)
        yield from self._spoken(self._of(request), value if act == "say" else "", _lang(lang), _tab(tab))

    def _spoken(self, handlers: Handlers, text: str, lang: Lang, tab: str) -> Iterator[list[Any]]:
        """The message box empties and the stop button stands in for the send button while an answer is on its way."""
        for n, view in enumerate(handlers.talk(text, lang, tab)):
            message = gr.skip() if n else ""
            yield [*self._values(view), message, gr.update(visible=not view.busy), gr.update(visible=view.busy)]

    def _stopped(self, lang: object, tab: object, request: gr.Request) -> list[Any]:
        chosen = _lang(lang)
        view = self._of(request).view(chosen, _tab(tab), note=notice(label("stopped", chosen)))
        return [*self._values(view), gr.update(visible=True), gr.update(visible=False)]

    def _approve(self, lang: object, tab: object, seen: Seen | None, request: gr.Request) -> list[Any]:
        return self._values(self._of(request).approve(_lang(lang), _tab(tab), seen))

    def _reject(self, lang: object, tab: object, seen: Seen | None, request: gr.Request) -> list[Any]:
        return self._values(self._of(request).reject(_lang(lang), _tab(tab), seen))

    def _act(self, lang: object, tab: object, event: gr.EventData, request: gr.Request) -> list[Any]:
        act, value = _clicked(event)
        return self._values(self._of(request).act(act, value, _lang(lang), _tab(tab)) if act else None)

    def _opener(self, name: str) -> Any:
        def opened(lang: object, request: gr.Request) -> list[Any]:
            # A tab also "opens" while the page is being built, before its language is known; then nothing is drawn.
            return [name, *self._values(self._of(request).view(_lang(lang), name) if lang else None)]

        return opened

    def _erased(self, typed: object, lang: object, tab: object, request: gr.Request) -> list[Any]:
        word = typed if isinstance(typed, str) else ""
        return ["", *self._values(self._of(request).erase(word, _lang(lang), _tab(tab)))]

    def _look(self, lang: object, tab: object, mark: object, event: gr.EventData, request: gr.Request) -> list[Any]:
        """The browser saw at /mark that something was recorded; a turn that was answered meanwhile is over, too."""
        known, asked = mark if isinstance(mark, int) else -1, _clicked(event)[0] == "look"
        view = self._of(request).changed(_lang(lang), _tab(tab), known) if lang and asked else None
        if view is None:
            return [*self._values(None), gr.skip(), gr.skip()]
        return [*self._values(view), gr.update(visible=True), gr.update(visible=False)]


def _html(*, clicks: bool = False, **options: Any) -> gr.HTML:
    """A block of our own markup, without Gradio's frame."""
    return gr.HTML("", elem_classes="hf-block", js_on_load=_SCRIPT if clicks else None, **options)


def _lang(value: object) -> Lang:
    return "en" if value == "en" else "ko"


def _tab(value: object) -> str:
    return value if isinstance(value, str) and value in TABS else "talk"


def _clicked(event: gr.EventData) -> tuple[str, str]:
    """What a button drawn inside HTML says it is; two empty texts when it says nothing."""
    data = getattr(event, "_data", None)
    if not isinstance(data, dict):
        return "", ""
    act, value = data.get("act"), data.get("value")
    return (act, value) if isinstance(act, str) and isinstance(value, str) else ("", "")
