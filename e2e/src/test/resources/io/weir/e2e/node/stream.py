"""Says what a server answers over plain TCP.

    stream.py HOST PORT lines WORD     the first line that comes back after sending WORD
    stream.py HOST PORT banner WORD    the line that the server says first, then the answer to WORD
    stream.py HOST PORT websocket WORD the message that comes back from a WebSocket at /ws
"""

import os
import socket
import struct
import sys


def masked(text):
    mask = os.urandom(4)
    body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(text.encode()))
    return struct.pack("!BB", 0x81, 0x80 | len(body)) + mask + body


def websocket(connection, stream, host, word):
    connection.sendall((
        "GET /ws HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n" % host).encode())
    print(stream.readline().decode().strip())
    while stream.readline().strip():
        pass
    connection.sendall(masked(word))
    _, length = stream.read(2)
    print(stream.read(length & 0x7F).decode())


def main(host, port, how, word):
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        stream = connection.makefile("rb")
        if how == "websocket":
            websocket(connection, stream, host, word)
            return
        if how == "banner":
            print(stream.readline().decode().strip())
        connection.sendall(word.encode() + b"\n")
        print(stream.readline().decode().strip())


main(*sys.argv[1:])
