"""The other end of tests/it/matrix: holds one conversation after the other, as tests/it/matrix/peer.rs says.

usage: matrix_peer.py SERVER'S-PUBLIC-KEY SERVER'S-SECRET-KEY CLIENT'S-PUBLIC-KEY CLIENT'S-SECRET-KEY
"""

import select
import sys
import time

import zmq

PATIENCE_MS = 20_000
PROBE = [b"probe"]
ONE_WAY = ("PUB", "XPUB", "PUSH")
WITH_WAY_BACK = ("REP", "ROUTER", "DEALER", "PAIR")


def message(number, lengths):
    """Byte i of frame k of message n is 7i + k + n, modulo 256."""
    return [
        (bytes((7 * i + k + number) % 256 for i in range(256)) * (length // 256 + 1))[:length]
        for k, length in enumerate(lengths)
    ]


def expect(received, expected, what):
    if received != expected:
        raise ValueError(f"{what}: frames of {[len(f) for f in received]} instead of {[len(f) for f in expected]} bytes")


def open_socket(context, role, pattern, other, attach, endpoint, security, heartbeats):
    socket = context.socket(getattr(zmq, pattern))
    socket.rcvtimeo = socket.sndtimeo = PATIENCE_MS
    if int(heartbeats):
        socket.heartbeat_ivl = int(heartbeats)
        socket.heartbeat_timeout = socket.heartbeat_ttl = PATIENCE_MS
    server_public, server_secret, client_public, client_secret = (key.encode() for key in sys.argv[1:])
    if security == "curve" and attach == "bind":
        socket.curve_secretkey, socket.curve_publickey, socket.curve_server = server_secret, server_public, True
    elif security == "curve":
        socket.curve_secretkey, socket.curve_publickey, socket.curve_serverkey = client_secret, client_public, server_public
    if pattern == "ROUTER":
        socket.router_mandatory = True
        if other == "ROUTER":
            socket.routing_id = b"speaks" if role == "speak" else b"answers"
    if pattern == "SUB":
        socket.subscribe("")
    if attach == "bind":
        socket.bind(endpoint)
        print("at", socket.last_endpoint.rstrip(b"\0").decode(), flush=True)
    else:
        socket.connect(endpoint)
    return socket


def send(socket, frames):
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while True:
        try:
            return socket.send_multipart(frames)
        except zmq.ZMQError as error:
            # A ROUTER learns only from the handshake who the other is.
            if error.errno != zmq.EHOSTUNREACH or time.monotonic() > deadline:
                raise
            time.sleep(0.001)


def speak(socket, pattern, other, messages):
    if pattern == "PUB":
        while not select.select([sys.stdin], [], [], 0.005)[0]:
            socket.send_multipart(PROBE)
        expect(sys.stdin.readline(), "probed\n", "aside")
    elif pattern == "XPUB":
        expect(socket.recv_multipart(), [b"\x01"], "subscription")
    elif pattern == "STREAM":
        connection = socket.recv_multipart()[0]
        text = b"".join(b"".join(frames) for frames in messages)
        for at in range(0, len(text), 100_000):
            socket.send_multipart([connection, text[at : at + 100_000]])
        return stream(socket, text, lambda piece: None)
    envelope = {("DEALER", "REP"): [b""], ("ROUTER", "ROUTER"): [b"answers"]}.get((pattern, other), [])
    for number, frames in enumerate(messages):
        send(socket, envelope + frames)
        if pattern not in ONE_WAY:
            expect(socket.recv_multipart(), envelope + frames, f"message {number}")


def answer(socket, pattern, other, messages):
    if pattern == "XSUB":
        socket.send(b"\x01")
    elif pattern == "STREAM":
        socket.recv_multipart()
        return stream(socket, b"".join(b"".join(frames) for frames in messages), socket.send_multipart)
    envelope = {("REQ", "ROUTER"): 2, ("DEALER", "ROUTER"): 1, ("ROUTER", "ROUTER"): 1}.get((other, pattern), 0)
    probed = False
    for number, frames in enumerate(messages):
        received = socket.recv_multipart()
        while received == PROBE:
            if not probed:
                print("probed", flush=True)
                probed = True
            received = socket.recv_multipart()
        expect(received[envelope:], frames, f"message {number}")
        if pattern in WITH_WAY_BACK:
            socket.send_multipart(received)


def stream(socket, text, then):
    at = 0
    while at < len(text):
        received = socket.recv_multipart()
        expect([received[1]], [text[at : at + len(received[1])]], f"byte {at}")
        at += len(received[1])
        then(received)


def main():
    with zmq.Context() as context:
        if zmq.zmq_version() != "4.3.5" or zmq.has("draft") or zmq.has("WS"):
            sys.exit("this libzmq has more than tests/it/matrix/plan.rs says")
        print("pyzmq", zmq.__version__, flush=True)
        made = {}
        for line in iter(sys.stdin.readline, ""):
            role, pattern, other, attach, endpoint, security, heartbeats, lengths = line.split()
            if lengths not in made:
                made[lengths] = [
                    message(number, [int(length) for length in frames.split(",")])
                    for number, frames in enumerate(lengths.split("/"))
                ]
            try:
                socket = open_socket(context, role, pattern, other, attach, endpoint, security, heartbeats)
                {"speak": speak, "answer": answer}[role](socket, pattern, other, made[lengths])
                print("done", flush=True)
            except Exception as error:
                print("failed:", error, flush=True)
            expect(sys.stdin.readline(), "close\n", "aside")
            socket.close()
            print("closed", flush=True)


main()
