"""§4.2: sends PING, and prints the reply. Twin of examples/heartbeat_server.rs."""

import signal
import sys
import time

import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://localhost:5562"
    interval = float(sys.argv[2]) if len(sys.argv) > 2 else 5.0
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        # Both ends notice within three intervals that the other one is gone.
        socket.heartbeat_ivl = round(1000 * interval)
        socket.heartbeat_timeout = round(2000 * interval)
        socket.heartbeat_ttl = round(3000 * interval)
        # It may send again when no reply has come, and takes no late reply for that to a later PING.
        socket.req_relaxed = socket.req_correlate = 1
        # What is not sent when the program ends nobody waits for.
        socket.linger = 0
        socket.connect(endpoint)
        while True:
            socket.send_string("PING")
            if is_readable(socket, 2 * interval):
                print(f"Received: {socket.recv_string()}", flush=True)
                time.sleep(2 * interval)
            else:
                print(f"No reply; is there anybody at {endpoint}?", file=sys.stderr)


def is_readable(socket, seconds):
    """Waits for a message. Python sees a signal only between two waits, so each is short."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if socket.poll(1000 * min(left, 0.5)):
            return True
    return False


if __name__ == "__main__":
    # Ctrl-C and a plain `kill` raise KeyboardInterrupt.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        pass
    except (zmq.ZMQError, ValueError) as error:
        sys.exit(f"Error: {error}")
