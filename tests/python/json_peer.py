"""The other end of tests/it/formats.rs: a REP that answers each value in JSON with a pair of it and its type in Python.

usage: json_peer.py ENDPOINT NUMBER
"""

import sys

import zmq


def main(endpoint, number):
    with zmq.Context() as context, context.socket(zmq.REP) as socket:
        socket.rcvtimeo = socket.sndtimeo = 60_000
        socket.connect(endpoint)
        for _ in range(int(number)):
            value = socket.recv_json()
            socket.send_json([value, type(value).__name__])


main(*sys.argv[1:])
