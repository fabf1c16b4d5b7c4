"""The console script `hanfolio`: reads options, opens the desk, runs one command. Heavy imports wait until needed."""

import argparse
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ui import bookkeeping, fetching, learning, ordering
from ui.labels import label
from ui.records import export, reconcile

if TYPE_CHECKING:
    from agent.wiring import Desk, Settings
    from tools.domain.value import Lang

PORT: Final = 7860
OPTIONS: Final = (
    "home", "investor", "lang", "market", "model", "currency", "tz", "jurisdiction", "now", "users", "broker",
    "practice"
)  # fmt: skip
"""Common options; each is also HANFOLIO_… in the environment or in `.env`."""

SETTLED: Final = (
    "home",
    "market",
    "model",
    "currency",
    "tz",
    "jurisdiction",
    "now",
    "broker",
    "broker_live",
    "practice",
)
"""Those of them that `agent.wiring` reads."""

COMMANDS: Final = (
    "chat",
    "import",
    "book",
    "account",
    "check",
    "orders",
    "filled",
    "broker",
    "watch",
    "replay",
    "verify",
    "rebuild",
    "export",
    "train",
    "scoreboard",
    "report",
    "reconcile",
    "doctor",
    "fetch",
    "user",
    "backup",
    "restore",
)
READING: Final = ("replay", "verify", "export", "reconcile")
"""Those that write nothing: they make no home, and read one that cannot be written."""

FAILED: Final = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run `hanfolio` and give its exit status: 0 well, 1 a difference was found, 2 it could not be done."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a pipe on Windows or a C locale would choke on Hangul
            stream.reconfigure(encoding="utf-8", errors="replace")
    words = list(sys.argv[1:] if argv is None else argv)
    environ = _environ()
    lang = _lang(words, environ)
    options = _parser(lang).parse_args(words)
    try:
        return _run(options, environ, lang)
    except KeyboardInterrupt:
        return 130


def _environ() -> dict[str, str]:
    """The environment, with `.env` of this folder behind it."""
    from dotenv import dotenv_values

    found = {k: v for k, v in dotenv_values(Path.cwd() / ".env").items() if v is not None}
    return {**found, **os.environ}


def _lang(words: Sequence[str], environ: Mapping[str, str]) -> "Lang":
    """Language of the terminal: the option, the variable, the system's, else English."""
    given = [w.partition("=")[2] or words[i + 1] for i, w in enumerate(words[:-1]) if w.partition("=")[0] == "--lang"]
    given += [w.partition("=")[2] for w in words[-1:] if w.startswith("--lang=")]
    system = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    chosen = next((x for x in (*given, environ.get("HANFOLIO_LANG"), system[:2]) if x in ("ko", "en")), "en")
    return "ko" if chosen == "ko" else "en"


def _parser(lang: "Lang") -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    for name in OPTIONS:
        choices = {
            "lang": ("ko", "en"),
            "currency": ("KRW", "USD"),
            "jurisdiction": ("KR", "US"),
            "practice": ("cash", "mix"),
        }.get(name)
        common.add_argument(f"--{name}", choices=choices, help=label(f"help_{name}", lang))
    common.add_argument("--broker-live", action="store_const", const="yes", help=label("help_broker_live", lang))
    about, serves = label("help", lang), label("help_serve", lang)
    parser = argparse.ArgumentParser("hanfolio", parents=[common], description=about, epilog=serves)
    parser.add_argument("--port", type=_port, default=None, help=label("help_port", lang))
    parser.add_argument("--origin", default=None, help=label("help_origin", lang))
    commands = parser.add_subparsers(dest="command", metavar="|".join(COMMANDS))
    for name in COMMANDS:
        command = commands.add_parser(name, parents=[common], help=label(f"help_{name}", lang))
        bookkeeping.arguments(name, command, lang)
        ordering.arguments(name, command, lang)
        learning.arguments(name, command, lang)
        if name == "chat":
            command.add_argument("--json", action="store_true", help=label("help_json", lang))
        if name == "watch":
            command.add_argument("--once", action="store_true", help=label("help_once", lang))
        if name == "export":
            command.add_argument("--trail", choices=("json", "csv"), help=label("help_trail", lang))
        if name == "reconcile":
            command.add_argument("file", type=Path, help=label("help_statement", lang))
        if name == "import":
            command.add_argument("file", type=Path, help=label("help_file", lang))
            command.add_argument("--drop", type=_lines, default=(), help=label("help_drop", lang))
        if name == "user":
            command.add_argument("name", help=label("help_user_name", lang))
            command.add_argument("--remove", action="store_true", help=label("help_remove", lang))
        if name == "report":
            command.add_argument("file", type=Path, help=label("help_report_file", lang))
            command.add_argument("--month", default=None, help=label("help_month", lang))
        if name in ("backup", "restore"):
            command.add_argument("file", type=Path, help=label("help_backup_file", lang))
    return parser


def _lines(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part.strip())


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise ValueError(text)
    return port


def _run(options: argparse.Namespace, environ: Mapping[str, str], lang: "Lang") -> int:
    from agent.wiring import from_environment
    from ui.commands import AT_HOME
    from ui.printer import AdvisorError, nameless

    given = {name: getattr(options, name, None) for name in SETTLED}
    investor = getattr(options, "investor", None) or environ.get("HANFOLIO_INVESTOR") or "me"
    try:
        settings = from_environment(environ, **given)
        settings.zone(lang)  # a zone that nobody knows is said before anything is opened
        if options.command is None:
            return _serve(options, environ, settings, investor, lang)
        if options.command == "doctor":
            return _doctor(settings, lang)
        if options.command in AT_HOME:
            return AT_HOME[options.command](settings, lang, options, _users(options, environ, settings))
        return _with_desk(settings, _COMMANDS[options.command], investor, lang, options)
    except AdvisorError as error:
        _complain(nameless(lang).error(error))
        return FAILED


def _users(options: argparse.Namespace, environ: Mapping[str, str], settings: "Settings") -> Path:
    """The file of accounts: as given, else beside the record."""
    given = getattr(options, "users", None) or environ.get("HANFOLIO_USERS")
    return Path(given) if given else settings.folder() / "users"


def _complain(text: str) -> None:
    print(text, file=sys.stderr)


def _say(text: str) -> None:
    print(text, flush=True)


Command = Callable[["Desk", str, "Lang", argparse.Namespace], int]


def _with_desk(settings: "Settings", command: Command, investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    from agent.wiring import open_desk

    with open_desk(settings, reading=options.command in READING, alone=options.command == "fetch") as desk:
        return command(desk, investor, lang, options)


def _serve(
    options: argparse.Namespace, environ: Mapping[str, str], settings: "Settings", investor: str, lang: "Lang"
) -> int:
    """Claim the port before anything slow; say plainly when it is taken, and by whom."""
    from agent.wiring import open_desk
    from ui.serve import HOST, claim, neighbour, serve
    from ui.users import Users

    port = options.port or PORT
    try:
        bound = claim(port)
    except OSError:
        if neighbour(port, settings.folder()):
            _complain(label("already_running", lang, url=f"http://{HOST}:{port}"))
        else:
            _complain(label("port_taken", lang, port=port, other=port + 1 if port < 65535 else PORT))
        return FAILED
    fixed: Lang | None = lang if getattr(options, "lang", None) or environ.get("HANFOLIO_LANG") else None
    shared = getattr(options, "users", None) or environ.get("HANFOLIO_USERS")
    users = Users(Path(shared)) if shared else None
    origins = tuple(o.strip().rstrip("/") for o in (options.origin or "").split(",") if o.strip())
    settings = replace(settings, practice=settings.practice or "mix")  # a page opens on a portfolio at work
    with bound, open_desk(settings) as desk:
        serve(desk, bound, investor=investor, lang=fixed, say=_say, tongue=lang, users=users, origins=origins)
    return 0


def _chat(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    from agent.session import Session, warm
    from ui.terminal import talk, talk_json

    session = Session(desk, investor=investor, lang=lang)
    threading.Thread(target=warm, args=(desk,), daemon=True).start()  # while the person reads the greeting
    if options.json:
        talk_json(session, sys.stdin, _say)
        return 0
    if desk.market.simulated:
        _say(f"{label('simulated_long', lang)} {label('practice_long', lang)}")
    _say(label("chat_hello", lang))
    talk(session, sys.stdin, _say, prompt=sys.stdout if sys.stdin.isatty() else None)
    return 0


def _watch(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    """Look once, or once a minute until interrupted; one watch per home."""
    from agent.watch import keep
    from agent.words.guard import alert_lines
    from ui.printer import Printer

    p = Printer(lang, desk.settings.zone(lang), desk.names, desk.market.universe())
    for noticed in keep(desk, threading.Event(), once=options.once):
        _say(f"{noticed.investor}: {' '.join(p.line(line) for line in alert_lines(noticed.alert))}")
    return 0


def _replay(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    from agent.upkeep import replay

    report = replay(desk, investor if hasattr(options, "investor") else None)
    for d in report.differences:
        _say(label("replay_bad", lang, investor=d.investor, decision=d.decision, code=d.code))
    if report.differences:
        return 1
    _say(label("replay_ok", lang, decisions=report.decisions, older=report.older))
    return 0


def _verify(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    from agent.upkeep import verify

    found = verify(desk)
    if found.faults:
        _say(label("verify_bad", lang, faults=", ".join(found.faults)))
        return 1
    _say(label("chain_ok", lang, events=found.events))
    return 0


def _rebuild(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    from agent.upkeep import rebuild

    _say(label("rebuilt", lang, count=rebuild(desk)))
    return 0


def _report(desk: "Desk", investor: str, lang: "Lang", options: argparse.Namespace) -> int:
    from ui.handlers import Handlers
    from ui.serve import style

    html = Handlers(desk, investor).report(lang, options.month, style())
    options.file.write_text(html, encoding="utf-8")
    _say(label("report_written", lang, file=options.file))
    return 0


def _doctor(settings: "Settings", lang: "Lang") -> int:
    from agent.upkeep import doctor
    from ui.printer import nameless

    p = nameless(lang)
    for line in doctor(settings):
        _say(p.line(line))
    return 0


_COMMANDS: Final[Mapping[str, Command]] = {
    "chat": _chat,
    "watch": _watch,
    "replay": _replay,
    "verify": _verify,
    "rebuild": _rebuild,
    "export": export,
    "report": _report,
    "reconcile": reconcile,
    **bookkeeping.COMMANDS,
    **ordering.COMMANDS,
    **learning.COMMANDS,
    **fetching.COMMANDS,
}


if __name__ == "__main__":
    sys.exit(main())
