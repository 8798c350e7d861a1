"""§2.2: prints what is published about the weather. Twin of examples/pub_sub_subscriber.rs."""

import signal
import sys

import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://localhost:5557"
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        socket.subscribe("weather")
        socket.connect(endpoint)
        while True:
            # Python sees a signal only between two waits, so none is for ever.
            if not socket.poll(500):
                continue
            topic, _, message = socket.recv_string().partition(" ")
            print(f"Topic: {topic}, Message: {message}", flush=True)


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
