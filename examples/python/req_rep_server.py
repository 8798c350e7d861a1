"""§2.1: tells the local time to who asks "What's the time?". Twin of examples/req_rep_server.rs."""

import signal
import sys
from datetime import datetime

import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://*:5556"
    with zmq.Context() as context, context.socket(zmq.REP) as socket:
        socket.bind(endpoint)
        while True:
            # Python sees a signal only between two waits, so none is for ever.
            if not socket.poll(500):
                continue
            request = socket.recv_string()
            print(f"Received request: {request}", flush=True)
            if request == "What's the time?":
                response = f"The time is {datetime.now().isoformat(' ', 'microseconds')}"
            else:
                response = "Unknown request."
            socket.send_string(response)


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
