"""Commands that need no open desk: accounts, backup and restore."""

import argparse
import getpass
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from agent.upkeep import backup, restore
from agent.wiring import Settings
from tools.domain.value import Lang
from ui.labels import label
from ui.users import put

AtHome = Callable[[Settings, Lang, argparse.Namespace, Path], int]


def _user(settings: Settings, lang: Lang, options: argparse.Namespace, users: Path) -> int:
    """Make an account or change its password; the password is never an argument."""
    if options.remove:
        put(users, options.name, None)
        print(label("user_gone", lang, name=options.name))
        return 0
    first = _secret(label("ask_password", lang))
    if sys.stdin.isatty() and first != _secret(label("ask_again", lang)):
        print(label("passwords_differ", lang), file=sys.stderr)
        return 2
    put(users, options.name, first)
    print(label("user_put", lang, name=options.name, path=users))
    return 0


def _secret(prompt: str) -> str:
    """Typed unseen at a terminal; one line where the input is a pipe."""
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _backup(settings: Settings, lang: Lang, options: argparse.Namespace, users: Path) -> int:
    done = backup(settings, options.file)
    print(label("backed_up", lang, events=done.events, file=options.file))
    return 0


def _restore(settings: Settings, lang: Lang, options: argparse.Namespace, users: Path) -> int:
    done = restore(settings, options.file)
    print(label("restored", lang, events=done.events, home=settings.folder()))
    return 0


AT_HOME: Final[Mapping[str, AtHome]] = {"user": _user, "backup": _backup, "restore": _restore}
