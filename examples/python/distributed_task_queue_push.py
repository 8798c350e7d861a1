"""§4.1: hands out a hundred tasks in random order. Twin of examples/distributed_task_queue_push.rs."""

import random
import signal
import sys
import time

import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://*:5561"
    longest = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    with zmq.Context() as context, context.socket(zmq.PUSH) as socket:
        # So long the end of the program waits for tasks that are still on their way to a worker.
        socket.linger = 30_000
        socket.bind(endpoint)
        tasks = [f"Task {number}" for number in range(100)]
        random.shuffle(tasks)
        for task in tasks:
            # Python sees a signal only between two waits, so none is for ever.
            while not socket.poll(500, zmq.POLLOUT):
                pass
            socket.send_string(task)
            print(f"Sent task: {task}", flush=True)
            time.sleep(longest * random.random())


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
