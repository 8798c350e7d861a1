"""A client that Kerberos knows, and that sends a GSSAPI server what no honest one would.

usage: hostile_gssapi.py ENDPOINT handshake|later readable|empty|no-token|garbage|longer|shorter|nothing

Says what is asked for instead of READY, or after it, and prints a line when the server has hung up. Needs the MIT
Kerberos library.
"""

import ctypes
import ctypes.util
import socket
import struct
import sys

gss = ctypes.CDLL(ctypes.util.find_library("gssapi_krb5"))

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"GSSAPI".ljust(20, b"\0") + bytes(32)
READY = b"\x05READY" + b"\x0bSocket-Type" + struct.pack(">I", 4) + b"PUSH"
MUTUAL, REPLAY = 2, 4
CONTINUE = 1


class Buffer(ctypes.Structure):
    _fields_ = [("length", ctypes.c_size_t), ("value", ctypes.c_void_p)]

    @classmethod
    def of(cls, content):
        buffer = cls(len(content), ctypes.cast(ctypes.create_string_buffer(content, len(content) or 1), ctypes.c_void_p))
        return buffer

    def content(self):
        return ctypes.string_at(self.value, self.length) if self.length else b""


class Context:
    def __init__(self, service):
        self.context, self.name = ctypes.c_void_p(), ctypes.c_void_p()
        form = ctypes.c_void_p.in_dll(gss, "GSS_C_NT_HOSTBASED_SERVICE")
        self.call("import_name", ctypes.byref(Buffer.of(service)), form, ctypes.byref(self.name))

    def call(self, function, *arguments):
        minor = ctypes.c_uint32()
        status = getattr(gss, "gss_" + function)(ctypes.byref(minor), *arguments) & 0xFFFFFFFF
        if status & 0xFFFF0000:
            sys.exit(f"gss_{function} fails: {status:#x}, {minor.value}")
        return status

    def token(self, answer=None):
        token = Buffer()
        status = self.call(
            "init_sec_context", None, ctypes.byref(self.context), self.name, None, MUTUAL | REPLAY, 0, None,
            ctypes.byref(Buffer.of(answer)) if answer else None, None, ctypes.byref(token), None, None,
        )
        return token.content(), status == CONTINUE

    def wrapped(self, content, readable=False):
        token = Buffer()
        self.call(
            "wrap", self.context, 0 if readable else 1, 0, ctypes.byref(Buffer.of(content)), None, ctypes.byref(token)
        )
        return token.content()


class Connection:
    def __init__(self, endpoint):
        host, port = endpoint.removeprefix("tcp://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.socket.sendall(GREETING)
        self.read(len(GREETING))

    def read(self, length):
        content = b""
        while len(content) < length:
            more = self.socket.recv(length - len(content))
            if not more:
                sys.exit("the server hung up too early")
            content += more
        return content

    def send(self, body, flags=0x04):
        self.socket.sendall(struct.pack(">BQ", flags | 0x02, len(body)) + body)

    def command(self):
        long = self.read(1)[0] & 0x02
        (length,) = struct.unpack(">Q", self.read(8)) if long else self.read(1)
        return self.read(length)

    def ends(self):
        try:
            while self.socket.recv(1024):
                pass
        except ConnectionError:
            pass
        print("hung up", flush=True)


def message(token, length=None):
    return b"\x07MESSAGE" + struct.pack(">I", len(token) if length is None else length) + token


def main(endpoint, when, how):
    context, connection = Context(b"zmq@localhost"), Connection(endpoint)
    token, again = context.token()
    while token:
        connection.send(b"\x08INITIATE" + struct.pack(">I", len(token)) + token)
        if not again:
            break
        token, again = context.token(connection.command()[13:])
    connection.send(b"")
    connection.command()
    flags = 0x04
    if when == "later":
        connection.send(message(context.wrapped(b"\x02" + READY)))
        flags = 0
    good = context.wrapped(b"\x02" + READY)
    connection.send(
        {
            "readable": lambda: message(context.wrapped(b"\x02" + READY, readable=True)),
            "empty": lambda: message(context.wrapped(b"")),
            "no-token": lambda: message(b""),
            "garbage": lambda: message(b"garbage"),
            "longer": lambda: message(good, len(good) + 1),
            "shorter": lambda: message(good, len(good) - 1),
            "nothing": lambda: b"",
        }[how](),
        flags,
    )
    connection.ends()


if __name__ == "__main__":
    main(*sys.argv[1:])
