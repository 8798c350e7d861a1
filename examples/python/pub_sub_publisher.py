"""§2.2: publishes the weather every second, and prints nothing. Twin of examples/pub_sub_publisher.rs."""

import signal
import sys
import time

import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://*:5557"
    with zmq.Context() as context, context.socket(zmq.PUB) as socket:
        socket.bind(endpoint)
        while True:
            topic = "weather"
            message = "Sunny today."
            socket.send_string(f"{topic} {message}")
            time.sleep(1)


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
