"""A client of the task queue, as PROTOCOL.md describes it: has numbers squared. Twin of examples/task_client.rs."""

import os
import signal
import sys
import time

import zmq

HEARTBEAT = 1.0  # seconds between two pings
PATIENCE = 4.0  # seconds of silence after which the broker is taken for dead
WINDOW = 100  # tasks at the broker at most


def submit_all(endpoint, tasks):
    """Yields (number of the task, status, frames of the result), each task once, in any order."""
    context, identity = zmq.Context.instance(), b"C" + os.urandom(16)
    waiting = {id.to_bytes(8, "big"): task for id, task in enumerate(tasks)}
    unsent, at_broker = list(reversed(waiting)), set()
    socket, credit, pause = None, WINDOW, 0.0
    while waiting:
        now = time.monotonic()
        if socket is None:  # at the start, and when the broker was silent: a new connection, and all anew
            socket = context.socket(zmq.DEALER)
            socket.identity = identity
            socket.linger = 0
            socket.connect(endpoint)
            unsent, at_broker = list(reversed(waiting)), set()
            beat, heard, pinged = now + HEARTBEAT, now, None
        while unsent and len(at_broker) < credit and now >= pause:
            id = unsent.pop()
            at_broker.add(id)
            socket.send_multipart([b"FTQ1", b"SUBMIT", id, *waiting[id]])
        if now >= beat:
            beat = now + HEARTBEAT
            if pinged is None or (now - pinged > PATIENCE and heard > pinged):
                socket.send_multipart([b"FTQ1", b"PING", b"".join(at_broker)])
                pinged = now
        if not socket.poll(20 if unsent else 500):
            if pinged is not None and time.monotonic() - max(pinged, heard) > PATIENCE:
                socket.close()
                socket = None
            continue
        version, command, *frames = socket.recv_multipart()
        heard = time.monotonic()
        if version != b"FTQ1" or command == b"REFUSED":
            sys.exit(f"Error: {b' '.join(frames)}")
        if command == b"RESULT" and frames[0] in waiting:
            id, status, *result = frames
            del waiting[id]
            at_broker.discard(id)
            unsent = [other for other in unsent if other != id] if id in unsent else unsent
            credit, pause = min(credit + 1, WINDOW), 0.0
            yield int.from_bytes(id, "big"), status.decode(), result
        elif command == b"BUSY" and frames[0] in at_broker:
            at_broker.discard(frames[0])
            unsent.append(frames[0])
            credit, pause = max(len(at_broker), 1), heard + 0.05
        elif command == b"PONG":
            pinged = None
            ids = (frames[0][at : at + 8] for at in range(0, len(frames[0]), 8))
            for id in at_broker.intersection(ids):
                at_broker.discard(id)
                unsent.append(id)


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://localhost:5570"
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    for id, status, result in submit_all(endpoint, [[str(n).encode()] for n in range(number)]):
        text = b" ".join(result).decode(errors="replace")
        print(f"{id}: {text}" if status == "OK" else f"{id}: {status.lower()}: {text}", flush=True)


if __name__ == "__main__":
    # Ctrl-C and a plain `kill` raise KeyboardInterrupt.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        pass
    except zmq.ZMQError as error:
        sys.exit(f"Error: {error}")
