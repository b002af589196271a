"""HTTP/1.1 messages over asyncio streams: what an echo server and its client need, and that much correctly.

A message that could be read in two ways (two lengths, a folded header, a bare space before a colon) is refused, never
guessed at: proxies in front of us must not be able to disagree with us about where a request ends.
"""

import asyncio
import re
from http import HTTPStatus

HEAD_LIMIT = 64 * 1024
UNTIL_CLOSE = -1
CHUNKED = -2

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_DIGITS = re.compile(r"[0-9]+\Z")
_HEX = re.compile(rb"[0-9A-Fa-f]{1,15}\Z")


class Malformed(Exception):
    """A message that is not HTTP/1.1, or more than we take; `status` is what a server answers."""

    def __init__(self, reason, status=400):
        super().__init__(reason)
        self.status = status


class Head:
    """A start line in its three parts, and the headers as (name, value), in order, as they came."""

    __slots__ = ("first", "second", "third", "headers")

    def __init__(self, start, headers):
        self.first, self.second, self.third = start
        self.headers = headers

    def values(self, name):
        return [value for key, value in self.headers if key.lower() == name]

    def tokens(self, name):
        """The comma-separated members of all headers of that name, in lower case."""
        return [part.strip().lower() for value in self.values(name) for part in value.split(",") if part.strip()]


async def read_head(reader):
    """The next message's head; None if the connection ended before one began."""
    while True:
        try:
            raw = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as end:
            if end.partial.strip(b"\r\n"):
                raise Malformed("the connection ended within a head") from None
            return None
        except asyncio.LimitOverrunError:
            raise Malformed("head of more than %d bytes" % HEAD_LIMIT, 431) from None
        text = raw.decode("latin-1").lstrip("\r\n")
        if text:
            return _parse(text)


def _parse(text):
    lines = text[:-4].split("\r\n")
    start = lines[0].split(" ", 2)
    if len(start) == 2 and start[0].startswith("HTTP/"):
        start.append("")  # a status line may lack its reason phrase
    if len(start) != 3:
        raise Malformed("start line %r" % lines[0])
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.match(name) or "\n" in line or "\r" in line:
            raise Malformed("header line %r" % line)
        headers.append((name, value.strip(" \t")))
    return Head(start, headers)


def body_framing(head):
    """How long the body is by its headers: a number of bytes, CHUNKED, or None where nothing says."""
    codings = head.tokens("transfer-encoding")
    lengths = set(head.values("content-length"))
    if codings and lengths:
        raise Malformed("both Transfer-Encoding and Content-Length")
    if codings:
        if codings != ["chunked"]:
            raise Malformed("transfer coding %s" % ", ".join(codings), 501)
        return CHUNKED
    if not lengths:
        return None
    length = lengths.pop()
    if lengths or not _DIGITS.match(length):
        raise Malformed("Content-Length is not one number")
    return int(length)


async def body_parts(reader, framing):
    """The body, a part at a time. Leaves the reader at the start of the next message."""
    if framing == CHUNKED:
        while True:
            size = (await _line(reader)).split(b";", 1)[0].strip(b" \t")
            if not _HEX.match(size):
                raise Malformed("chunk size %r" % size)
            if int(size, 16) == 0:
                break
            async for part in _exactly(reader, int(size, 16)):
                yield part
            if await _line(reader):
                raise Malformed("chunk longer than its size")
        while await _line(reader):
            pass  # trailers
    elif framing == UNTIL_CLOSE:
        while True:
            part = await reader.read(65536)
            if not part:
                return
            yield part
    else:
        async for part in _exactly(reader, framing):
            yield part


async def _exactly(reader, left):
    while left:
        part = await reader.read(min(left, 65536))
        if not part:
            raise Malformed("the connection ended within a body")
        left -= len(part)
        yield part


async def _line(reader):
    try:
        return (await reader.readuntil(b"\r\n"))[:-2]
    except asyncio.IncompleteReadError:
        raise Malformed("the connection ended within a body") from None
    except asyncio.LimitOverrunError:
        raise Malformed("line of more than %d bytes" % HEAD_LIMIT) from None


async def read_response(reader, method):
    """(head, body, reusable) of the answer to a request that was sent; None if the connection ended instead."""
    while True:
        head = await read_head(reader)
        if head is None:
            return None
        if not head.first.startswith("HTTP/1.") or not _DIGITS.match(head.second):
            raise Malformed("status line")
        status = int(head.second)
        if status >= 200:
            break
    if method == "HEAD" or status in (204, 304):
        framing = 0
    else:
        framing = body_framing(head)
        framing = UNTIL_CLOSE if framing is None else framing
    body = bytearray()
    async for part in body_parts(reader, framing):
        body += part
    reusable = framing != UNTIL_CLOSE and keeps_alive(head.first, head)
    return head, bytes(body), reusable


def keeps_alive(version, head):
    options = head.tokens("connection")
    return "close" not in options and (version != "HTTP/1.0" or "keep-alive" in options)


def reason(status):
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
