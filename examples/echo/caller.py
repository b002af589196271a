"""Calls a service again and again, and counts who answered what: `GET /stats` of the echo program shows it."""

import asyncio
import collections
import json
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment

import http1

WINDOW_SECONDS = 5.0


class Tally:
    """Answers by who gave them and by status: since the start, and within the last WINDOW_SECONDS."""

    def __init__(self, clock):
        self._clock = clock
        self._started = clock()
        self._totals = {}
        self._recent = collections.deque()
        self.failures = collections.Counter()
        self.reconnects = 0

    def answered(self, app, version, status, millis):
        key = (app, version)
        self._totals.setdefault(key, collections.Counter())[status] += 1
        self._recent.append((self._clock(), key, status, millis))
        self._trim()

    def failed(self, reason):
        self.failures[reason] += 1

    def _trim(self):
        oldest = self._clock() - WINDOW_SECONDS
        while self._recent and self._recent[0][0] < oldest:
            self._recent.popleft()

    def report(self):
        self._trim()
        window = collections.defaultdict(list)
        for _, key, status, millis in self._recent:
            window[key].append((status, millis))
        return {
            "windowSeconds": round(min(WINDOW_SECONDS, self._clock() - self._started), 3),
            "answers": [
                {"app": app, "version": version, "statuses": dict(self._totals[app, version]),
                 "window": _window(window[app, version])}
                for app, version in sorted(self._totals)
            ],
            "failures": dict(self.failures),
            "reconnects": self.reconnects,
        }


def _window(answers):
    times = sorted(millis for _, millis in answers)
    return {
        "statuses": dict(collections.Counter(status for status, _ in answers)),
        "p50Millis": percentile(times, 0.50),
        "p99Millis": percentile(times, 0.99),
    }


def percentile(ordered, share):
    """The smallest value that `share` of all values do not exceed; None of no values."""
    if not ordered:
        return None
    rank = max(1, -(-len(ordered) * round(share * 100) // 100))
    return round(ordered[rank - 1], 3)


class Caller:
    """Calls `rate` times a second (0: as fast as it gets) over at most `connections` at a time."""

    def __init__(self, url, rate, connections, timeout):
        self.url = url
        self._rate = rate
        self._connections = connections
        self._timeout = timeout
        self._next = 0.0
        self._tasks = []
        self._stopping = False
        self.tally = Tally(asyncio.get_running_loop().time)
        self._call = {"http": _HttpCall, "tcp": _TcpCall}[urlsplit(url).scheme]

    def start(self):
        self._tasks = [asyncio.ensure_future(self._work()) for _ in range(self._connections)]

    async def stop(self, grace_seconds=2.0):
        """Lets the calls under way end, within the grace."""
        self._stopping = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace_seconds)
            for task in late:
                task.cancel()

    def report(self):
        report = {"target": self.url}
        report.update(self.tally.report())
        return report

    async def _slot(self):
        """Waits for this call's turn. Turns that were missed are not made up for: no burst after a stall."""
        now = asyncio.get_running_loop().time()
        at = max(self._next, now)
        if self._rate:
            self._next = at + 1.0 / self._rate
            await asyncio.sleep(at - now)

    async def _work(self):
        loop = asyncio.get_running_loop()
        call = self._call(self.url, self.tally)
        try:
            while not self._stopping:
                await self._slot()
                began = loop.time()
                try:
                    app, version, status = await asyncio.wait_for(call.once(), self._timeout)
                    self.tally.answered(app, version, status, (loop.time() - began) * 1000.0)
                except asyncio.TimeoutError:
                    self._failed(call, "no answer within %gs" % self._timeout)
                except (OSError, http1.Malformed, EOFError) as failure:
                    self._failed(call, "%s: %s" % (type(failure).__name__, failure))
                    await asyncio.sleep(0.1)
        finally:
            call.close()

    def _failed(self, call, reason):
        self.tally.failed(reason)
        call.close()


class _HttpCall:
    """GETs over one connection that is kept, through `http_proxy` where that is set."""

    def __init__(self, url, tally):
        parts = urlsplit(url)
        self._tally = tally
        self._streams = None
        target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        proxy = getproxies_environment().get("http")
        if proxy and not proxy_bypass_environment(parts.netloc):
            via = urlsplit(proxy if "://" in proxy else "http://" + proxy)
            target = "http://" + parts.netloc + target
        else:
            via = parts
        self._peer = via.hostname, via.port or 80
        self._request = ("GET %s HTTP/1.1\r\nhost: %s\r\nuser-agent: weir-echo\r\naccept: */*\r\n\r\n"
                         % (target, parts.netloc)).encode("latin-1")

    async def once(self):
        reused = self._streams is not None
        try:
            answer = await self._exchange()
        except ConnectionError:
            if not reused:
                raise
            answer = None
        if answer is None and reused:
            # The other side ended an idle connection as we began to use it: a GET may be tried again (RFC 9110 9.2.2).
            self._tally.reconnects += 1
            self.close()
            answer = await self._exchange()
        if answer is None:
            raise EOFError("closed without an answer")
        head, body, reusable = answer
        if not reusable:
            self.close()
        return _author(body) + (head.second,)

    async def _exchange(self):
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._peer, limit=http1.HEAD_LIMIT)
        reader, writer = self._streams
        writer.write(self._request)
        return await http1.read_response(reader, "GET")

    def close(self):
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _author(body):
    """(app, version) of an echo answer; empty where a proxy answered."""
    try:
        answer = json.loads(body)
        return str(answer["app"]), str(answer["version"])
    except (ValueError, KeyError, TypeError):
        return "", ""


class _TcpCall:
    """Sends a line over a connection of its own and expects it back. A server's banner before it is skipped."""

    def __init__(self, url, _tally):
        parts = urlsplit(url)
        self._peer = parts.hostname, parts.port
        self._writer = None
        self._sent = 0

    async def once(self):
        self._sent += 1
        line = b"call %d\n" % self._sent
        reader, self._writer = await asyncio.open_connection(*self._peer)
        self._writer.write(line)
        while True:
            got = await reader.readline()
            if not got:
                raise EOFError("closed without an answer")
            if got == line:
                self.close()
                return "", "", "echo"

    def close(self):
        if self._writer is not None:
            self._writer.close()
            self._writer = None
