"""§4.2: answers each PING with PONG. Twin of examples/heartbeat_client.rs."""

import signal
import sys

import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://*:5562"
    interval = float(sys.argv[2]) if len(sys.argv) > 2 else 5.0
    with zmq.Context() as context, context.socket(zmq.REP) as socket:
        # Both ends notice within three intervals that the other one is gone.
        socket.heartbeat_ivl = round(1000 * interval)
        socket.heartbeat_timeout = round(2000 * interval)
        socket.heartbeat_ttl = round(3000 * interval)
        socket.bind(endpoint)
        while True:
            # Python sees a signal only between two waits, so none is for ever.
            if not socket.poll(500):
                continue
            print(f"Received: {socket.recv_string()}", flush=True)
            socket.send_string("PONG")


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
