"""§4.1: a worker, one of any number, that takes tasks. Twin of examples/distributed_task_queue_pull.rs."""

import signal
import sys

import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://localhost:5561"
    with zmq.Context() as context, context.socket(zmq.PULL) as socket:
        socket.connect(endpoint)
        while True:
            # Python sees a signal only between two waits, so none is for ever.
            if not socket.poll(500):
                continue
            print(f"Received task: {socket.recv_string()}", flush=True)
            # The work.


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
