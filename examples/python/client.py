"""§1.3: sends "Hello" and prints the reply. Twin of examples/client.rs."""

import signal
import sys

import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://localhost:5555"
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        # A server that dies takes the request along.
        socket.rcvtimeo = 10_000
        # Without this, ending the program while there is no server would wait for one.
        socket.linger = 0
        socket.connect(endpoint)
        socket.send_string("Hello")
        print(f"Received reply: {socket.recv_string()}", flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once
    try:
        main()
    except zmq.Again:
        sys.exit("Error: no reply within 10 seconds")
    except zmq.ZMQError as error:
        sys.exit(f"Error: {error}")
