"""A CURVE server that has the right key and answers with a short-term key with which no secret can be agreed on.

usage: hostile_curve.py OWN-SECRET

Prints its endpoint, and a line for each client that has hung up on it. libsodium comes with pyzmq's wheel.
"""

import ctypes
import pathlib
import socket
import sys

import zmq
from zmq.utils import z85

LIBRARIES = pathlib.Path(zmq.__file__).parents[1] / "pyzmq.libs"
sodium = ctypes.CDLL(str(next(LIBRARIES.glob("libsodium*.so*"))))

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"CURVE".ljust(20, b"\0") + b"\x01" + bytes(31)
NO_KEY = bytes(32)
COOKIE = bytes(96)


def box(plaintext, nonce, public, secret):
    boxed = ctypes.create_string_buffer(len(plaintext) + 16)
    length = ctypes.c_ulonglong(len(plaintext))
    if sodium.crypto_box_easy(boxed, plaintext, length, nonce, public, secret) != 0:
        sys.exit("libsodium makes no box")
    return boxed.raw


def hello_of(connection):
    received = b""
    while len(received) < 64 + 2 + 200:
        more = connection.recv(1024)
        if not more:
            sys.exit("the client has not said hello")
        received += more
    return received[64 + 2 :]


def serve(connection, secret):
    with connection:
        connection.sendall(GREETING)
        client_key = hello_of(connection)[80:112]
        nonce = bytes(16)
        welcome = b"\x07WELCOME" + nonce + box(NO_KEY + COOKIE, b"WELCOME-" + nonce, client_key, secret)
        connection.sendall(b"\x04" + bytes([len(welcome)]) + welcome)
        try:
            while connection.recv(1024):
                pass
        except ConnectionError:
            pass
        print("hung up", flush=True)


def main(secret):
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"tcp://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    while True:
        serve(listener.accept()[0], z85.decode(secret))


main(*sys.argv[1:])
