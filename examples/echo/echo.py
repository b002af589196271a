#!/usr/bin/env python3
"""An app to look at a mesh with: it says who it is and what reached it. Python 3.8 or newer, nothing else.

    echo.py serve                               serve what there is a port for
    echo.py call http://bookstore.shop/books    call that again and again; GET /stats tells what came back

Where to listen: HOST (127.0.0.1) and PORT_HTTP, PORT_TCP, PORT_UDP, PORT_STATS, as `weir run` sets them for the
ports of a Workload named so; or --host, --http and so on. Port 0 is any free port. Each listener is printed.

HTTP (and stats) answers any path with JSON: app, version, replica, method, path, query, headers, bodyBytes.
?status=503 and ?delay=50ms shape the answer. /healthz says ok, /stats what the calls gave, /ws echoes WebSocket
messages. TCP gives lines back, after --banner where there is one; UDP gives datagrams back.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import sys
from urllib.parse import parse_qs

import websocket
from caller import Caller
from server import IDLE_SECONDS, HttpServer, Reply

LONGEST_DELAY_SECONDS = 300.0


class Echo:
    """What HTTP requests get."""

    def __init__(self, app, version, replica, callers):
        self._who = {"app": app, "version": version, "replica": replica}
        self._callers = callers

    async def respond(self, request):
        if request.path == "/healthz":
            return Reply(200, b"ok\n", "text/plain")
        if request.path == "/stats":
            return _json(200, dict(
                self._who, pid=os.getpid(), calls=[caller.report() for caller in self._callers]))
        try:
            status, delay = _shape(request.query)
        except ValueError as bad:
            return _json(400, dict(self._who, error=str(bad)))
        if delay:
            await asyncio.sleep(delay)
        return _json(status, dict(
            self._who, method=request.method, path=request.path, query=request.query,
            headers=[list(header) for header in request.head.headers], bodyBytes=request.body_bytes))

    def upgrade(self, request):
        if request.path == "/ws" and websocket.wanted(request):
            return lambda reader, writer: websocket.echo(request, reader, writer)
        return None


def _json(status, value):
    return Reply(status, json.dumps(value).encode() + b"\n")


def _shape(query):
    """(status, delay in seconds) that a query asks for."""
    wishes = parse_qs(query)
    status = wishes.get("status", ["200"])[-1]
    if not re.match(r"[2-5][0-9][0-9]\Z", status):
        raise ValueError("status=%s: give a number from 200 to 599" % status)
    delay = wishes.get("delay", ["0s"])[-1]
    match = re.match(r"([0-9]+(?:\.[0-9]+)?)(ms|s)\Z", delay)
    seconds = float(match.group(1)) / (1000.0 if match.group(2) == "ms" else 1.0) if match else -1.0
    if not 0 <= seconds <= LONGEST_DELAY_SECONDS:
        raise ValueError("delay=%s: give a time such as 50ms or 1.5s, up to %gs" % (delay, LONGEST_DELAY_SECONDS))
    return int(status), seconds


def tcp_echo(banner):
    async def connection(reader, writer):
        try:
            if banner:
                writer.write(banner.encode() + b"\n")
            while True:
                # Not by lines: a line of any length comes back, and so does what is no line at all.
                part = await reader.read(65536)
                if not part:
                    break
                writer.write(part)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass  # the peer is gone, or this program ends
        finally:
            writer.close()
    return connection


class UdpEcho(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, addr):
        self._transport.sendto(data, addr)


class Program:
    """Listeners and callers, started and ended together."""

    def __init__(self, options):
        self._options = options
        self._https = []
        self._servers = []
        self._callers = []

    async def start(self):
        options = self._options
        self._callers = [Caller(url, options.rate, options.connections, options.timeout) for url in options.calls]
        echo = Echo(options.app, options.version, options.replica, self._callers)
        for name in ("http", "stats"):
            port = getattr(options, name)
            if port is not None:
                server = HttpServer(echo.respond, echo.upgrade, options.idle_timeout)
                _say(name, options.host, await server.listen(options.host, port))
                self._https.append(server)
        if options.tcp is not None:
            server = await asyncio.start_server(tcp_echo(options.banner), options.host, options.tcp)
            _say("tcp", options.host, server.sockets[0].getsockname()[1])
            self._servers.append(server)
        if options.udp is not None:
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                UdpEcho, local_addr=(options.host, options.udp))
            _say("udp", options.host, transport.get_extra_info("sockname")[1])
            self._servers.append(transport)
        for caller in self._callers:
            caller.start()

    async def stop(self):
        await asyncio.gather(*(caller.stop() for caller in self._callers))
        for server in self._servers:
            server.close()
        await asyncio.gather(*(server.stop() for server in self._https))


def _say(name, host, port):
    print("%s %s:%d" % (name, host, port), flush=True)


async def run(options):
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    program = Program(options)
    await program.start()
    await stop.wait()
    await program.stop()


def parse(arguments, environment):
    parser = argparse.ArgumentParser(
        prog="echo.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", metavar="serve|call")
    verbs.required = True
    serve, call = verbs.add_parser("serve"), verbs.add_parser("call")
    call.add_argument("url", help="http://HOST[:PORT]/PATH or tcp://HOST:PORT; $NAME stands for a variable")
    serve.add_argument("--call", dest="calls", action="append", default=[], metavar="URL", help="call that meanwhile")
    for verb in (serve, call):
        _common(verb, environment)
    options = parser.parse_args(arguments)
    urls = [options.url] if options.verb == "call" else options.calls
    options.calls = [_expand(url, environment, parser) for url in urls]
    if not options.calls and all(getattr(options, name) is None for name in ("http", "stats", "tcp", "udp")):
        parser.error("nothing to do: set PORT_HTTP, PORT_TCP or PORT_UDP, or give --http, --tcp or --udp")
    return options


def _common(verb, environment):
    verb.add_argument("--host", default=environment.get("HOST", "127.0.0.1"))
    for name in ("http", "tcp", "udp", "stats"):
        # A default that is text is read like what is written on the command line.
        default = environment.get("PORT_" + name.upper())
        verb.add_argument("--" + name, "--%s-port" % name, type=int, metavar="PORT", default=default)
    verb.add_argument("--banner", default="", help="a line that TCP clients get first")
    verb.add_argument("--app", default=environment.get("APP", "echo"))
    verb.add_argument("--version", default=environment.get("VERSION", ""))
    verb.add_argument("--replica", default=environment.get("WEIR_WORKLOAD", environment.get("HOSTNAME", "")))
    verb.add_argument("--idle-timeout", type=float, default=IDLE_SECONDS, metavar="SECONDS")
    verb.add_argument("--rate", type=float, default=10.0, help="calls a second; 0: as many as it gets")
    verb.add_argument("--connections", type=int, default=4, help="at most so many calls at a time")
    verb.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="for one call")


def _expand(url, environment, parser):
    missing = [name for name in re.findall(r"\$\{?(\w+)\}?", url) if name not in environment]
    if missing:
        parser.error("%s: no variable %s" % (url, missing[0]))
    url = re.sub(r"\$\{?(\w+)\}?", lambda match: environment[match.group(1)], url)
    if not re.match(r"http://[^/?#]+|tcp://[^/?#]+:[0-9]+\Z", url):
        parser.error("%s: give http://HOST[:PORT]/PATH or tcp://HOST:PORT" % url)
    return url


def main():
    try:
        asyncio.run(run(parse(sys.argv[1:], os.environ)))
    except OSError as failure:
        sys.exit("echo.py: %s" % failure)


if __name__ == "__main__":
    main()
