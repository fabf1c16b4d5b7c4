"""One polite, guarded question to a feed: https only, no private address even after a redirect, so much, so long.

A name is looked up once and the connection goes to the very address that was judged, so that a name that changes its
mind between the check and the call (DNS rebinding) gets nowhere. Proxies of the environment are not used: they would
look names up again.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

import httpx

from tools.errors import DataMissing

DEADLINE_S = 10.0
MOST_BYTES = 2_000_000
HOPS = 3
AGENT = "hanfolio (personal portfolio; feed reader)"

Resolver = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a feed answered. body: None when nothing has changed since the validators that were sent."""

    body: bytes | None
    etag: str = ""
    modified: str = ""


def is_public(address: str) -> bool:
    """Is this an open address: not private, loopback, link-local, shared, multicast, or mapped to one of these?"""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if found in ipaddress.ip_network("64:ff9b::/96"):  # NAT64: the last four bytes are an IPv4 address
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def addresses(host: str, port: int) -> Sequence[str]:
    """All addresses of a name. Raises OSError when it has none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Fetcher:
    """Asks feeds. What counts as allowed can be swapped, as a transport can."""

    def __init__(
        self,
        *,
        resolve: Resolver = addresses,
        allowed: Callable[[str], bool] = is_public,
        schemes: tuple[str, ...] = ("https",),
        deadline_s: float = DEADLINE_S,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Keep the policy; nothing is opened."""
        self._resolve, self._allowed, self._schemes = resolve, allowed, schemes
        self._deadline, self._most = deadline_s, most_bytes

    def get(self, url: str, *, etag: str = "", modified: str = "") -> Answer:
        """The body of a feed, following at most HOPS redirects, each judged like the first address.

        Raises:
            DataMissing: source_not_https, source_private, source_unknown (no such name), source_slow, source_too_large,
                source_busy (429 or 503), source_down. The name is the host.
        """
        end = time.monotonic() + self._deadline
        headers = {
            "user-agent": AGENT,
            "accept": "application/rss+xml, application/atom+xml, application/xml, text/xml",
        }
        # Unpacked sizes cannot be bounded before they are unpacked, so nothing packed is asked for.
        headers["accept-encoding"] = "identity"
        headers |= {k: v for k, v in (("if-none-match", etag), ("if-modified-since", modified)) if v}
        with httpx.Client(timeout=self._deadline, follow_redirects=False, trust_env=False) as client:
            for _ in range(HOPS + 1):
                found = self._once(client, url, headers, end)
                if isinstance(found, Answer):
                    return found
                url = found
        raise DataMissing("source_down", httpx.URL(url).host)

    def _once(self, client: httpx.Client, url: str, headers: dict[str, str], end: float) -> Answer | str:
        """One hop: an answer, or where to go next."""
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise DataMissing("source_down", "url") from error
        request = self._pinned(client, target, headers)
        silence = httpx.Timeout(max(end - time.monotonic(), 0.001))
        request.extensions = {**request.extensions, "timeout": silence.as_dict()}
        try:
            with closing(client.send(request, stream=True)) as answer:
                if answer.status_code in (301, 302, 303, 307, 308) and "location" in answer.headers:
                    return str(target.join(answer.headers["location"]))
                return self._read(answer, target.host, end)
        except httpx.TimeoutException as error:
            raise DataMissing("source_slow", target.host) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise DataMissing("source_down", target.host) from error

    def _pinned(self, client: httpx.Client, target: httpx.URL, headers: dict[str, str]) -> httpx.Request:
        """The request, to one judged address of the host; certificates are still checked against the name."""
        if target.scheme not in self._schemes or target.userinfo:
            raise DataMissing("source_not_https", target.host)
        port = target.port or (443 if target.scheme == "https" else 80)
        try:
            found = self._resolve(target.host, port)
        except (OSError, UnicodeError) as error:
            raise DataMissing("source_unknown", target.host) from error
        if not found or not all(self._allowed(a) for a in found):
            raise DataMissing("source_private", target.host)
        return client.build_request(
            "GET",
            target.copy_with(host=found[0]),
            headers={**headers, "host": target.netloc.decode("ascii")},
            extensions={"sni_hostname": target.host},
        )

    def _read(self, answer: httpx.Response, host: str, end: float) -> Answer:
        if answer.status_code == 304:
            return Answer(None)
        if answer.status_code in (429, 503):
            raise DataMissing("source_busy", host)
        if answer.status_code != 200 or answer.headers.get("content-encoding", "identity") != "identity":
            raise DataMissing("source_down", host)
        parts: list[bytes] = []
        size = 0
        for part in answer.iter_raw():
            size += len(part)
            if size > self._most:
                raise DataMissing("source_too_large", host)
            if time.monotonic() > end:
                raise DataMissing("source_slow", host)
            parts.append(part)
        return Answer(
            b"".join(parts), answer.headers.get("etag", "")[:200], answer.headers.get("last-modified", "")[:80]
        )
