"""Run with: python3 -m unittest discover -s examples/echo"""

import ast
import base64
import http.client
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

import websocket
from caller import WINDOW_SECONDS, Tally, percentile

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 10.0


class Running:
    """An echo program on free ports."""

    def __init__(self, *arguments, **environment):
        clean = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "echo.py")] + list(arguments), env=dict(clean, **environment),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        self.ports = {}
        for name in ("http", "stats", "tcp", "udp"):
            if any(a in ("--" + name, "--%s-port" % name) for a in arguments) or "PORT_" + name.upper() in environment:
                listener, address = self.process.stdout.readline().split()
                self.ports[listener] = int(address.rpartition(":")[2])

    def connect(self, name="http"):
        connection = socket.create_connection(("127.0.0.1", self.ports[name]), timeout=LIMIT)
        return connection, connection.makefile("rb")

    def get(self, path, name="http", method="GET", headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=LIMIT)
        connection.request(method, path, headers=dict(headers))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    def stats(self):
        return json.loads(self.get("/stats", "stats")[1])["calls"][0]

    def end(self):
        """(exit status, what was on stderr) after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, errors


def response(file, method="GET"):
    """(status, headers, body) of the next answer on a raw connection."""
    status = int(file.readline().split()[1])
    headers = {}
    for line in iter(file.readline, b"\r\n"):
        name, _, value = line.decode().partition(":")
        headers[name] = value.strip()
    length = int(headers.get("content-length", "0"))
    return status, headers, b"" if method == "HEAD" else file.read(length)


def eventually(probe):
    """The first true value of `probe`, which is asked again and again for LIMIT seconds."""
    deadline = time.monotonic() + LIMIT
    while True:
        value = probe()
        if value or time.monotonic() > deadline:
            return value
        time.sleep(0.02)


class ServerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.echo = Running("serve", "--http", "0", "--tcp", "0", "--udp", "0", "--banner", "220 hello",
                           "--app", "bookstore", "--version", "v1", WEIR_WORKLOAD="bookstore-v1-0")

    @classmethod
    def tearDownClass(cls):
        status, errors = cls.echo.end()
        assert (status, errors) == (0, ""), (status, errors)

    def exchange(self, *requests):
        """The answers to requests that are sent, one after the other, on one connection."""
        connection, file = self.echo.connect()
        with connection, file:
            answers = []
            for request in requests:
                connection.sendall(request)
                answers.append(response(file, request.split(b" ")[0].decode()))
            return answers

    def refused(self, request):
        connection, file = self.echo.connect()
        with connection, file:
            connection.sendall(request)
            status, headers, _ = response(file)
            self.assertEqual(headers["connection"], "close")
            self.assertEqual(file.read(), b"")
            return status

    def test_an_answer_says_who_gave_it_and_what_reached_it_in_order(self):
        [(status, headers, body)] = self.exchange(
            b"PUT /a//b/%2e?x=1&y HTTP/1.1\r\nHost: bookstore.shop\r\nX-One: b\r\nx-one: a\r\nContent-Length: 2\r\n\r\nhi")
        self.assertEqual((status, headers["content-type"]), (200, "application/json"))
        self.assertEqual(json.loads(body), {
            "app": "bookstore", "version": "v1", "replica": "bookstore-v1-0",
            "method": "PUT", "path": "/a//b/%2e", "query": "x=1&y", "bodyBytes": 2,
            "headers": [["Host", "bookstore.shop"], ["X-One", "b"], ["x-one", "a"], ["Content-Length", "2"]]})

    def test_a_connection_carries_many_requests_of_every_framing(self):
        answers = self.exchange(
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nT: 1\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
            b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            b"\r\nGET http://a/absolute?q HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertEqual([json.loads(body)["bodyBytes"] for _, _, body in answers], [6, 3, 0, 0])
        self.assertEqual({headers["connection"] for _, headers, _ in answers}, {"keep-alive"})
        self.assertEqual(json.loads(answers[3][2])["path"], "/absolute")

    def test_pipelined_requests_are_answered_in_order(self):
        connection, file = self.echo.connect()
        with connection, file:
            connection.sendall(b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % i for i in range(20)))
            paths = [json.loads(response(file)[2])["path"] for _ in range(20)]
        self.assertEqual(paths, ["/%d" % i for i in range(20)])

    def test_head_announces_the_length_and_sends_no_body(self):
        head, after = self.exchange(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertGreater(int(head[1]["content-length"]), 0)
        self.assertEqual(after[0], 200)

    def test_a_client_that_expects_100_continue_gets_it_before_it_sends(self):
        connection, file = self.echo.connect()
        with connection, file:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
            self.assertEqual(response(file)[0], 100)
            connection.sendall(b"body")
            self.assertEqual(json.loads(response(file)[2])["bodyBytes"], 4)

    def test_a_client_that_asks_for_close_gets_it(self):
        for request in (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n"):
            self.assertEqual(self.refused(request), 200)

    def test_a_request_that_can_be_read_in_two_ways_is_refused(self):
        start = b"POST / HTTP/1.1\r\nHost: a\r\n"
        for lines in (b"Content-Length: 3\r\nContent-Length: 4", b"Content-Length: 3\r\nTransfer-Encoding: chunked",
                      b"Content-Length: +3", b"X : y", b"X: y\r\n folded", b"X: y\nZ: w", b"Host: b"):
            with self.subTest(lines=lines):
                self.assertEqual(self.refused(start + lines + b"\r\n\r\nabc"), 400)

    def test_what_is_too_long_or_not_served_has_its_own_status(self):
        self.assertEqual(self.refused(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 70000 + b"\r\n\r\n"), 431)
        self.assertEqual(self.refused(b"GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505)
        self.assertEqual(self.refused(b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"), 501)

    def test_the_query_shapes_the_answer(self):
        began = time.monotonic()
        answer, body = self.echo.get("/x?status=503&delay=50ms")
        self.assertGreaterEqual(time.monotonic() - began, 0.05)
        self.assertEqual((answer.status, json.loads(body)["version"]), (503, "v1"))
        self.assertEqual(self.echo.get("/x?status=204")[1], b"")
        for bad in ("status=99", "status=abc", "delay=5", "delay=-1s", "delay=301s"):
            with self.subTest(query=bad):
                self.assertEqual(self.echo.get("/x?" + bad)[0].status, 400)

    def test_it_says_that_it_is_healthy(self):
        self.assertEqual(self.echo.get("/healthz")[1], b"ok\n")

    def test_tcp_gives_back_what_it_got_after_the_banner(self):
        connection, file = self.echo.connect("tcp")
        with connection, file:
            self.assertEqual(file.readline(), b"220 hello\n")
            connection.sendall(b"one\ntwo\nno line")
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(file.read(), b"one\ntwo\nno line")

    def test_udp_gives_back_each_datagram(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(LIMIT)
            client.sendto(b"ping", ("127.0.0.1", self.echo.ports["udp"]))
            self.assertEqual(client.recv(100), b"ping")

    def test_websocket_messages_come_back_whole_and_a_close_is_returned(self):
        connection, file = self.echo.connect()
        with connection, file:
            key = base64.b64encode(b"0123456789abcdef").decode()
            connection.sendall(("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n" % key).encode())
            status, headers, _ = response(file)
            self.assertEqual((status, headers["sec-websocket-accept"]), (101, websocket.accept_key(key)))
            mask = b"\x01\x02\x03\x04"
            first = bytearray(websocket.frame(websocket.TEXT, b"hel", mask))
            first[0] &= 0x7F  # more to come
            connection.sendall(bytes(first))
            connection.sendall(websocket.frame(websocket.PING, b"?", mask))
            connection.sendall(websocket.frame(websocket.CONTINUATION, b"lo", mask))
            connection.sendall(websocket.frame(websocket.BINARY, b"x" * 70000, mask))
            connection.sendall(websocket.frame(websocket.CLOSE, struct.pack("!H", 1000), mask))
            expected = (websocket.frame(websocket.PONG, b"?") + websocket.frame(websocket.TEXT, b"hello")
                        + websocket.frame(websocket.BINARY, b"x" * 70000)
                        + websocket.frame(websocket.CLOSE, struct.pack("!H", 1000)))
            self.assertEqual(file.read(), expected)

    def test_the_accept_key_is_that_of_rfc_6455(self):
        self.assertEqual(websocket.accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")


class LifeTest(unittest.TestCase):
    def test_an_idle_connection_is_kept_for_the_idle_time_and_no_longer(self):
        echo = Running("serve", "--http", "0", "--idle-timeout", "0.4")
        connection, file = echo.connect()
        with connection, file:
            for _ in range(4):
                connection.sendall(b"GET /?delay=200ms HTTP/1.1\r\nHost: a\r\n\r\n")
                self.assertEqual(response(file)[0], 200)
            began = time.monotonic()
            self.assertEqual(file.read(), b"")
            self.assertGreaterEqual(time.monotonic() - began, 0.35)
        echo.end()

    def test_sigterm_lets_a_request_end_and_is_a_clean_exit(self):
        echo = Running("serve", "--http", "0", "--tcp", "0")
        idle, _ = echo.connect()
        lines, _ = echo.connect("tcp")
        connection, file = echo.connect()
        with connection, file, idle, lines:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /?delay=300ms HTTP/1.1\r\nHost: a\r\n\r\n")
            response(file)
            echo.process.send_signal(signal.SIGTERM)
            status, headers, _ = response(file)
            self.assertEqual((status, headers["connection"]), (200, "close"))
            _, errors = echo.process.communicate(timeout=LIMIT)
        self.assertEqual((echo.process.returncode, errors), (0, ""))

    def test_ports_and_host_come_from_the_environment(self):
        echo = Running("serve", HOST="127.0.0.1", PORT_HTTP="0", APP="cart", VERSION="v9")
        body = json.loads(echo.get("/")[1])
        self.assertEqual((body["app"], body["version"]), ("cart", "v9"))
        echo.end()

    def test_a_mistake_on_the_command_line_is_one_clear_line(self):
        for arguments, said in ((["serve"], "nothing to do"), (["call", "ftp://x"], "give http://"),
                                (["call", "tcp://$NOWHERE_AT_ALL:1"], "no variable NOWHERE_AT_ALL")):
            with self.subTest(arguments=arguments):
                echo = Running(*arguments)
                _, errors = echo.process.communicate(timeout=LIMIT)
                self.assertEqual(echo.process.returncode, 2)
                self.assertIn(said, errors)

    def test_it_runs_on_python_3_8(self):
        for name in os.listdir(HERE):
            if name.endswith(".py"):
                with open(os.path.join(HERE, name), encoding="utf-8") as source:
                    ast.parse(source.read(), name, feature_version=(3, 8))


class CallTest(unittest.TestCase):
    def setUp(self):
        self.running = []

    def tearDown(self):
        for program in self.running:
            self.assertEqual(program.end(), (0, ""))

    def run_echo(self, *arguments, **environment):
        program = Running(*arguments, **environment)
        self.running.append(program)
        return program

    def test_calls_go_through_the_proxy_and_are_counted_by_status_and_author(self):
        # An echo server answers requests meant for a proxy too, so it can stand for one.
        proxy = self.run_echo("serve", "--http", "0", "--app", "bookstore", "--version", "v1")
        client = self.run_echo("call", "http://bookstore.shop/books?status=404", "--rate", "200", "--stats-port", "0",
                               http_proxy="http://127.0.0.1:%d" % proxy.ports["http"])
        stats = eventually(lambda: client.stats()["answers"] and client.stats())
        [answer] = stats["answers"]
        self.assertEqual(stats["target"], "http://bookstore.shop/books?status=404")
        self.assertEqual((answer["app"], answer["version"], list(answer["statuses"])), ("bookstore", "v1", ["404"]))
        self.assertEqual(answer["window"]["statuses"], answer["statuses"])
        self.assertLessEqual(answer["window"]["p50Millis"], answer["window"]["p99Millis"])
        self.assertEqual(stats["failures"], {})

    def test_the_rate_is_kept(self):
        server = self.run_echo("serve", "--http", "0")
        client = self.run_echo("call", "http://127.0.0.1:%d/" % server.ports["http"], "--rate", "50", "--stats", "0")
        stats = eventually(lambda: client.stats()["windowSeconds"] > 1 and client.stats())
        self.assertLessEqual(sum(stats["answers"][0]["statuses"].values()), stats["windowSeconds"] * 50 + 2)

    def test_a_server_that_ends_an_idle_connection_costs_no_call(self):
        def serve(listener):
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connection.recv(65536)
                # The client may reuse this connection, as far as it was told; it is closed all the same.
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                connection.close()

        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=serve, args=(listener,), daemon=True).start()
            client = self.run_echo("call", "http://127.0.0.1:%d/" % listener.getsockname()[1], "--rate", "100",
                                   "--connections", "1", "--stats", "0")
            stats = eventually(lambda: client.stats()["reconnects"] > 3 and client.stats())
            self.assertEqual(stats["failures"], {})
            self.assertEqual(self.running.pop().end(), (0, ""))
            listener.shutdown(socket.SHUT_RDWR)

    def test_calls_that_get_no_answer_are_failures_with_their_reason(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            nobody = listener.getsockname()[1]
        client = self.run_echo("call", "http://127.0.0.1:%d/" % nobody, "--stats", "0")
        failures = eventually(lambda: client.stats()["failures"])
        self.assertIn("ConnectionRefusedError", list(failures)[0])

    def test_a_server_can_call_over_tcp_meanwhile_and_skips_the_banner(self):
        inventory = self.run_echo("serve", "--tcp", "0", "--banner", "220 inventory")
        store = self.run_echo("serve", "--stats", "0", "--call", "tcp://127.0.0.1:$INVENTORY_SERVICE_PORT",
                              INVENTORY_SERVICE_PORT=str(inventory.ports["tcp"]))
        stats = eventually(lambda: store.stats()["answers"] and store.stats())
        self.assertEqual(list(stats["answers"][0]["statuses"]), ["echo"])
        self.assertEqual(stats["failures"], {})


class TallyTest(unittest.TestCase):
    def test_totals_stay_and_the_window_slides(self):
        now = [0.0]
        tally = Tally(lambda: now[0])
        tally.answered("bookstore", "v1", "200", 5.0)
        now[0] = WINDOW_SECONDS + 1
        tally.answered("bookstore", "v1", "200", 7.0)
        tally.answered("", "", "403", 1.0)
        denied, answered = tally.report()["answers"]
        self.assertEqual((denied["statuses"], denied["app"]), ({"403": 1}, ""))
        self.assertEqual(answered["statuses"], {"200": 2})
        self.assertEqual(answered["window"], {"statuses": {"200": 1}, "p50Millis": 7.0, "p99Millis": 7.0})

    def test_a_percentile_is_a_value_that_was_seen(self):
        hundred = [float(i) for i in range(1, 101)]
        self.assertEqual((percentile(hundred, 0.5), percentile(hundred, 0.99)), (50.0, 99.0))
        self.assertEqual((percentile([3.0], 0.99), percentile([], 0.5)), (3.0, None))


if __name__ == "__main__":
    unittest.main()
