"""A WebSocket echo (RFC 6455): text and binary messages come back, pings are answered, a close is returned."""

import asyncio
import base64
import hashlib
import struct

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
MESSAGE_LIMIT = 16 * 1024 * 1024
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def wanted(request):
    return request.method == "GET" and "websocket" in request.head.tokens("upgrade")


def accept_key(key):
    return base64.b64encode(hashlib.sha1((key + GUID).encode("latin-1")).digest()).decode()


async def echo(request, reader, writer):
    keys = request.head.values("sec-websocket-key")
    if len(keys) != 1 or request.head.values("sec-websocket-version") != ["13"]:
        writer.write(b"HTTP/1.1 426 Upgrade Required\r\nsec-websocket-version: 13\r\ncontent-length: 0\r\n"
                     b"connection: close\r\n\r\n")
        return
    writer.write(("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                  "sec-websocket-accept: %s\r\n\r\n" % accept_key(keys[0])).encode())
    try:
        await _frames(reader, writer)
    except asyncio.IncompleteReadError:
        pass  # the peer left without a close frame


async def _frames(reader, writer):
    kind, message = None, bytearray()
    while True:
        final, opcode, payload = await read_frame(reader)
        if opcode == CLOSE:
            writer.write(frame(CLOSE, payload[:2]))
            return
        if opcode == PING:
            writer.write(frame(PONG, payload))
        elif opcode in (CONTINUATION, TEXT, BINARY):
            kind = kind if opcode == CONTINUATION else opcode
            message += payload
            if len(message) > MESSAGE_LIMIT or kind is None:
                writer.write(frame(CLOSE, struct.pack("!H", 1009 if kind else 1002)))
                return
            if final:
                writer.write(frame(kind, bytes(message)))
                kind, message = None, bytearray()
        await writer.drain()


async def read_frame(reader):
    """(final, opcode, payload), unmasked."""
    first, second = await reader.readexactly(2)
    length = second & 0x7F
    if length == 126:
        (length,) = struct.unpack("!H", await reader.readexactly(2))
    elif length == 127:
        (length,) = struct.unpack("!Q", await reader.readexactly(8))
    if length > MESSAGE_LIMIT:
        raise ConnectionError("frame of %d bytes" % length)
    mask = await reader.readexactly(4) if second & 0x80 else b""
    payload = await reader.readexactly(length)
    if mask:
        whole = (mask * (length // 4 + 1))[:length]
        payload = (int.from_bytes(payload, "big") ^ int.from_bytes(whole, "big")).to_bytes(length, "big")
    return bool(first & 0x80), first & 0x0F, payload


def frame(opcode, payload, mask=b""):
    """One whole frame; clients give a mask of four bytes."""
    masked = 0x80 if mask else 0
    if len(payload) < 126:
        head = struct.pack("!BB", 0x80 | opcode, masked | len(payload))
    elif len(payload) < 65536:
        head = struct.pack("!BBH", 0x80 | opcode, masked | 126, len(payload))
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, masked | 127, len(payload))
    if mask:
        payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return head + mask + payload
