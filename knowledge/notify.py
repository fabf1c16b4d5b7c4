"""Messages out of the house: Telegram, e-mail, Slack and whatever else apprise reaches, by URL.

A URL of this kind holds a password, so none is ever logged or shown. apprise is imported when something is sent.
"""

import logging
from collections.abc import Sequence


class AppriseNotifier:
    """`knowledge.ports.Notifier` by apprise."""

    def send(self, urls: Sequence[str], title: str, text: str) -> str | None:
        """Send one message to every URL; the code of what failed, None when all took it.

        Codes: bad_url (apprise cannot read one), not_sent (a service did not take it). What a service answers is not
        passed on: it may quote the URL.
        """
        import apprise

        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        sender = apprise.Apprise()
        if not all(sender.add(url) for url in urls):
            return "bad_url"
        try:
            sent = sender.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT)
        except TypeError:  # nothing to send to
            return "bad_url"
        return None if sent else "not_sent"
