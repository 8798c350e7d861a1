"""§3.3: catches what goes wrong, and recovers from what time can mend. Twin of examples/error_handling.rs.

The texts of the errors are pyzmq's own.
"""

import errno
import signal
import sys

import zmq

ATTEMPTS = 3


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://localhost:5555"
    try:
        print(f"Received reply: {ask(endpoint)}", flush=True)
    except zmq.ZMQError as error:
        print(f"ZMQ Error: {error}", flush=True)
        if error.errno == zmq.EAGAIN:
            print(f"Is there a server at {endpoint}?", flush=True)
        elif error.errno == errno.EINVAL:
            print("An endpoint reads like tcp://localhost:5555.", flush=True)
        sys.exit(1)


def ask(endpoint):
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        # It may ask again when no reply has come, and takes no late reply for that to a later request.
        socket.req_relaxed = socket.req_correlate = 1
        # What is not sent when the program ends nobody waits for.
        socket.linger = 0
        socket.rcvtimeo = 2000
        socket.connect(endpoint)
        for attempt in range(1, ATTEMPTS + 1):
            socket.send_string("Hello")
            try:
                return socket.recv_string()
            except zmq.Again as error:
                if attempt == ATTEMPTS:
                    raise
                print(f"ZMQ Error: {error}", flush=True)
                print("Asking again.", flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once
    main()
