"""A gRPC server and its client, without generated code: messages are bytes.

    rpc.py serve PORT [DOWN]   echo.Echo, and grpc.health.v1.Health, which is NOT_SERVING while the file DOWN exists
    rpc.py ask TARGET          says what came back from a call of one message, and of three
"""

import os
import sys
from concurrent import futures

import grpc


class Services(grpc.GenericRpcHandler):
    def __init__(self, down):
        self._down = down

    def service(self, details):
        if details.method == "/grpc.health.v1.Health/Check":
            return grpc.unary_unary_rpc_method_handler(self._health)
        if details.method == "/echo.Echo/Say":
            return grpc.unary_unary_rpc_method_handler(lambda message, _: message)
        if details.method == "/echo.Echo/Chat":
            return grpc.stream_stream_rpc_method_handler(lambda messages, _: messages)
        return None

    def _health(self, _request, _context):
        # HealthCheckResponse: field 1 is SERVING (1) or NOT_SERVING (2).
        return b"\x08\x02" if self._down and os.path.exists(self._down) else b"\x08\x01"


def serve(port, down):
    server = grpc.server(futures.ThreadPoolExecutor(4), handlers=[Services(down)])
    server.add_insecure_port("0.0.0.0:%d" % port)
    server.start()
    server.wait_for_termination()


def ask(target):
    with grpc.insecure_channel(target) as channel:
        try:
            print(channel.unary_unary("/echo.Echo/Say")(b"one", timeout=10).decode())
            answers = channel.stream_stream("/echo.Echo/Chat")(iter([b"a", b"b", b"c"]), timeout=10)
            print(" ".join(answer.decode() for answer in answers))
        except grpc.RpcError as error:
            sys.exit("%s: %s" % (error.code().name, error.details()))


if sys.argv[1] == "serve":
    serve(int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
else:
    ask(sys.argv[2])
