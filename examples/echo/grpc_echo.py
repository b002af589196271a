#!/usr/bin/env python3
"""A gRPC app to look at a mesh with. Python 3.8 or newer, and grpcio; no generated code.

    grpc_echo.py serve                         answer at PORT_GRPC, or --port; port 0 is any free one, and is printed
    grpc_echo.py call bookstore.shop:9090      call that, and print as JSON who answered how often

Any unary method gives its request back, and who answered in the metadata `app` and `version`; grpc.health.v1.Health/Check
says SERVING. All calls of one `call` go over one connection, so that what they reach is chosen call by call.
"""

import argparse
import collections
import json
import os
import signal
import sys
import threading
import time
from concurrent import futures

import grpc

HEALTH = "/grpc.health.v1.Health/Check"
ECHO = "/weir.example.Echo/Echo"
# HealthCheckResponse{status: SERVING}
SERVING = b"\x08\x01"


class Echo(grpc.GenericRpcHandler):
    def __init__(self, app, version):
        self._who = (("app", app), ("version", version))

    def service(self, details):
        answer = SERVING if details.method == HEALTH else None

        def respond(request, context):
            context.send_initial_metadata(self._who)
            return request if answer is None else answer
        return grpc.unary_unary_rpc_method_handler(respond)


def serve(options):
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), handlers=[Echo(options.app, options.version)])
    port = server.add_insecure_port("%s:%d" % (options.host, options.port))
    server.start()
    print("grpc %s:%d" % (options.host, port), flush=True)
    stop.wait()
    server.stop(grace=2.0).wait()
    return 0


def call(options):
    answers, failures = collections.Counter(), collections.Counter()
    with grpc.insecure_channel(options.target) as channel:
        method = channel.unary_unary(options.method)
        started = time.monotonic()
        for number in range(options.count):
            if options.rate:
                time.sleep(max(0.0, started + number / options.rate - time.monotonic()))
            try:
                _, done = method.with_call(b"", timeout=options.timeout, wait_for_ready=number == 0)
                who = dict(done.initial_metadata())
                answers[" ".join([who.get("app", ""), who.get("version", "")]).strip()] += 1
            except grpc.RpcError as failure:
                failures[failure.code().name] += 1
    print(json.dumps({"answers": answers, "failures": failures}), flush=True)
    return 1 if failures else 0


def parse(arguments, environment):
    parser = argparse.ArgumentParser(
        prog="grpc_echo.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", metavar="serve|call")
    verbs.required = True
    server = verbs.add_parser("serve")
    server.add_argument("--host", default=environment.get("HOST", "127.0.0.1"))
    server.add_argument("--port", type=int, default=environment.get("PORT_GRPC", "0"))
    server.add_argument("--app", default=environment.get("APP", "echo"))
    server.add_argument("--version", default=environment.get("VERSION", ""))
    caller = verbs.add_parser("call")
    caller.add_argument("target", metavar="HOST:PORT")
    caller.add_argument("--count", type=int, default=10, help="so many calls, one after the other")
    caller.add_argument("--rate", type=float, default=0.0, help="calls a second; 0: as many as it gets")
    caller.add_argument("--method", default=ECHO, metavar="/PACKAGE.SERVICE/METHOD")
    caller.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="for one call")
    return parser.parse_args(arguments)


def main():
    options = parse(sys.argv[1:], os.environ)
    sys.exit({"serve": serve, "call": call}[options.verb](options))


if __name__ == "__main__":
    main()
