"""An asyncio HTTP/1.1 server that keeps connections open, and ends them without breaking a request."""

import asyncio

import http1

# A proxy keeps idle connections to us in a pool (Envoy: an hour). Whoever closes first may cross the other side's next
# request, so it should not be us.
IDLE_SECONDS = 3700.0


class Request:
    __slots__ = ("method", "path", "query", "head", "body_bytes")

    def __init__(self, method, path, query, head):
        self.method = method
        self.path = path
        self.query = query
        self.head = head
        self.body_bytes = 0


class Reply:
    __slots__ = ("status", "body", "content_type")

    def __init__(self, status, body, content_type="application/json"):
        self.status = status
        self.body = body
        self.content_type = content_type


class HttpServer:
    """Serves `respond(request) -> Reply`; `upgrade(request)` may return a coroutine function that takes the streams."""

    def __init__(self, respond, upgrade=lambda request: None, idle_seconds=IDLE_SECONDS):
        self._respond = respond
        self._upgrade = upgrade
        self._idle_seconds = idle_seconds
        self._open = set()
        self._stopping = False

    async def listen(self, host, port):
        self._server = await asyncio.start_server(self._accept, host, port, limit=http1.HEAD_LIMIT, backlog=1024)
        self._sweeper = asyncio.ensure_future(self._sweep())
        return self._server.sockets[0].getsockname()[1]

    async def stop(self, grace_seconds=3.0):
        """No new connections; idle ones end now, others after their answer or when the grace is over."""
        self._stopping = True
        self._server.close()
        self._sweeper.cancel()
        for connection in list(self._open):
            if not connection.busy:
                connection.writer.close()
        deadline = asyncio.get_running_loop().time() + grace_seconds
        while self._open and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)
        for connection in list(self._open):
            connection.writer.close()

    async def _sweep(self):
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(min(30.0, self._idle_seconds / 4))
            for connection in list(self._open):
                if not connection.busy and loop.time() - connection.since > self._idle_seconds:
                    connection.writer.close()

    async def _accept(self, reader, writer):
        connection = _Connection(writer)
        self._open.add(connection)
        try:
            while await self._exchange(reader, connection):
                pass
        except http1.Malformed as bad:
            body = ('{"error": "%s"}\n' % str(bad).replace("\\", "/").replace('"', "'")).encode()
            connection.send(Reply(bad.status, body), "GET", False)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the peer is gone, or this program ends
        finally:
            self._open.discard(connection)
            writer.close()

    async def _exchange(self, reader, connection):
        """One request and its answer; whether the connection may carry another."""
        connection.idle()
        head = await http1.read_head(reader)
        if head is None:
            return False
        connection.busy = True
        request = _request(head)
        takeover = self._upgrade(request)
        if takeover is not None:
            await takeover(reader, connection.writer)
            return False
        framing = http1.body_framing(head) or 0
        if framing and head.third != "HTTP/1.0" and "100-continue" in head.tokens("expect"):
            connection.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if framing:
            async for part in http1.body_parts(reader, framing):
                request.body_bytes += len(part)
        reply = await self._respond(request)
        keep = http1.keeps_alive(head.third, head) and not self._stopping
        connection.send(reply, request.method, keep)
        await connection.writer.drain()
        return keep


class _Connection:
    __slots__ = ("writer", "busy", "since")

    def __init__(self, writer):
        self.writer = writer
        self.idle()

    def idle(self):
        self.busy = False
        self.since = asyncio.get_running_loop().time()

    def send(self, reply, method, keep):
        head = "HTTP/1.1 %d %s\r\ncontent-type: %s\r\n" % (reply.status, http1.reason(reply.status), reply.content_type)
        bodiless = reply.status in (204, 304)
        if not bodiless:
            head += "content-length: %d\r\n" % len(reply.body)
        head += "connection: %s\r\n\r\n" % ("keep-alive" if keep else "close")
        body = b"" if bodiless or method == "HEAD" else reply.body
        self.writer.write(head.encode("latin-1") + body)


def _request(head):
    method, target, version = head.first, head.second, head.third
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise http1.Malformed("version %r" % version, 505 if version.startswith("HTTP/") else 400)
    if version == "HTTP/1.1" and len(head.values("host")) != 1:
        raise http1.Malformed("not exactly one Host")
    if method == "CONNECT":
        raise http1.Malformed("this is no proxy", 501)
    if "://" in target.split("?", 1)[0]:
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    path, _, query = target.partition("?")
    return Request(method, path, query, head)
