"""The inside of one pod of a test: its apps, and a hand that does what the test says, one JSON object a line.

Ends with its input, and takes along every process that it started.
"""

import encodings.idna  # noqa: F401 - a process that became another user may not be allowed to load it
import http.client
import http.server
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading

PATIENCE = 5
children = []
held = {}


# ---- apps


def http_app(name, port):
    class Answer(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = f"{name}: {self.command} {self.path} from {self.client_address[0]}\n".encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        address_family = socket.AF_INET6
        daemon_threads = True

    threading.Thread(target=Server(("::", port), Answer).serve_forever, daemon=True).start()


def stream_app(name, port, talk):
    listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=hold, args=(connection,), daemon=True).start()

    def hold(connection):
        try:
            with connection:
                talk(connection, name)
        except OSError:
            pass  # the caller hung up, as the refused do

    threading.Thread(target=accept, daemon=True).start()


def banner(connection, name):
    """Speaks first, then echoes."""
    connection.sendall(f"{name} greets\n".encode())
    echo(connection, name)


def echo(connection, _):
    while data := connection.recv(65536):
        connection.sendall(data)


def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def talk(connection, name):
        with context.wrap_socket(connection, server_side=True) as secure:
            banner(secure, name)

    return talk


def datagram_app(name, port):
    bound = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    bound.bind(("::", port))

    def answer():
        while True:
            _, caller = bound.recvfrom(65536)
            bound.sendto(name.encode(), caller)

    threading.Thread(target=answer, daemon=True).start()


def serve(app, name, port, certificate=None):
    if app == "http":
        http_app(name, port)
    elif app == "udp":
        datagram_app(name, port)
    else:
        stream_app(name, port, tls(certificate) if app == "tls" else {"banner": banner, "echo": echo}[app])
    return {}


# ---- what the pod's app does


def get(host, port, path="/", headers=None, times=1):
    """Requests on one connection; the bodies, or what went wrong with the first that failed."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    answers = []
    try:
        for _ in range(times):
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            answers.append({"status": answer.status, "body": answer.read().decode()})
    except (OSError, http.client.HTTPException) as failure:
        answers.append({"status": 0, "body": repr(failure)})
    finally:
        connection.close()
    return {"answers": answers}


def hold(host, port, path="/"):
    """A request on a connection that stays open for the next one to that address."""
    key = (host, port)
    connection = held.setdefault(key, http.client.HTTPConnection(host, port, timeout=PATIENCE))
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
        if answer.getheader("connection") == "close":
            held.pop(key).close()
        return {"status": answer.status, "body": body}
    except (OSError, http.client.HTTPException) as failure:
        held.pop(key).close()
        return {"status": 0, "body": repr(failure)}


def say(host, port, text="", tls=None, timeout=PATIENCE):
    """The first line heard over TCP after saying something, if anything; empty if the connection ends without one."""
    try:
        connection = socket.create_connection((host, port), timeout=timeout)
        with connection:
            if tls is not None:
                connection = wrapped(connection, tls)
            if text:
                connection.sendall(text.encode())
            heard = b""
            while not heard.endswith(b"\n"):
                data = connection.recv(4096)
                if not data:
                    break
                heard += data
            return {"heard": heard.decode(errors="replace")}
    except OSError as failure:
        return {"heard": "", "failure": repr(failure)}


def wrapped(connection, tls):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if "certificate" in tls:
        context.load_cert_chain(tls["certificate"])
    return context.wrap_socket(connection, server_hostname=tls["name"])


def datagram(host, port, text):
    """The answer; empty if none comes, tried for a second."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as caller:
        caller.settimeout(0.25)
        for _ in range(4):
            try:
                caller.sendto(text.encode(), (host, port))
                return {"heard": caller.recvfrom(65536)[0].decode()}
            except OSError:
                pass  # datagrams get lost: the next attempt tells silence from loss
    return {"heard": ""}


# ---- processes


def run(argv, input=""):
    done = subprocess.run(argv, input=input, text=True, capture_output=True, timeout=60)
    return {"code": done.returncode, "output": done.stdout + done.stderr}


def start(argv, log):
    with open(log, "ab") as output:
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    children.append(child)
    return {"pid": child.pid}


def as_user(uid, what, **arguments):
    """Does something as another user, in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        try:
            answer = DO[what](**arguments)
        except Exception as failure:
            answer = {"error": repr(failure)}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


DO = {
    "serve": serve,
    "get": get,
    "hold": hold,
    "say": say,
    "datagram": datagram,
    "run": run,
    "start": start,
    "as_user": as_user,
}


def main():
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = DO[command.pop("do")](**command)
        except Exception as failure:  # the test is told, and decides
            answer = {"error": repr(failure)}
        print(json.dumps(answer), flush=True)
    for child in children:
        child.send_signal(signal.SIGKILL)
        child.wait()


if __name__ == "__main__":
    main()
