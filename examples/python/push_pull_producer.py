"""§2.3: hands out ten tasks, and ends when they are sent. Twin of examples/push_pull_producer.rs."""

import signal
import sys

import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://*:5558"
    with zmq.Context() as context, context.socket(zmq.PUSH) as socket:
        socket.bind(endpoint)
        for number in range(10):
            task = f"Task {number}"
            socket.send_string(task)
            print(f"Sent task: {task}", flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once
    try:
        main()
    except zmq.ZMQError as error:
        sys.exit(f"Error: {error}")
