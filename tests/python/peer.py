"""The other end of tests/it/peers.rs: sends, or receives and checks, messages that both sides can make by rule.

usage: peer.py speak|answer PATTERN bind|connect ENDPOINT MESSAGE...

A MESSAGE is the lengths of its frames, such as 5,0,7. The speaker sends each; whoever receives it checks it, and sends
it back if the pattern has a way back. After binding, the endpoint is printed; after each message that was received
as it should be, its lengths.
"""

import select
import sys

import zmq

PROBE = [b"probe"]
PATIENCE_MS = 60_000


def frames(lengths):
    """Byte i of frame k is 7i + k, modulo 256."""
    return [
        (bytes((7 * i + k) % 256 for i in range(256)) * (length // 256 + 1))[:length]
        for k, length in enumerate(lengths)
    ]


def check(received, lengths):
    if received != frames(lengths):
        sys.exit(f"expected frames of {lengths} bytes, received {[frame[:64] for frame in received]}")
    print(",".join(map(str, lengths)), flush=True)


def speak(socket, messages):
    if socket.socket_type == zmq.PUB:
        # Until the other side says that a probe has arrived, and with it its subscription.
        while not select.select([sys.stdin], [], [], 0.01)[0]:
            socket.send_multipart(PROBE)
    for lengths in messages:
        socket.send_multipart(frames(lengths))
        if socket.socket_type in (zmq.REQ, zmq.PAIR, zmq.DEALER):
            check(socket.recv_multipart(), lengths)


def answer(socket, messages):
    probed = False
    for lengths in messages:
        received = socket.recv_multipart()
        while socket.socket_type == zmq.SUB and received == PROBE:
            if not probed:
                print("probed", flush=True)
            probed = True
            received = socket.recv_multipart()
        envelope = [received.pop(0)] if socket.socket_type == zmq.ROUTER else []
        check(received, lengths)
        if socket.socket_type in (zmq.REP, zmq.PAIR, zmq.ROUTER):
            socket.send_multipart(envelope + received)


def main(role, pattern, attach, endpoint, *messages):
    messages = [[int(length) for length in message.split(",")] for message in messages]
    with zmq.Context() as context, context.socket(getattr(zmq, pattern)) as socket:
        socket.rcvtimeo = socket.sndtimeo = PATIENCE_MS
        if pattern == "SUB":
            socket.subscribe("")
        if attach == "bind":
            socket.bind(endpoint)
            print(socket.last_endpoint.rstrip(b"\0").decode(), flush=True)
        else:
            socket.connect(endpoint)
        {"speak": speak, "answer": answer}[role](socket, messages)


if __name__ == "__main__":
    main(*sys.argv[1:])
