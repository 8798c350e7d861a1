"""§3.1: sends a request and prints the two frames of its reply. Twin of examples/pyzmq_client.rs."""

import sys

import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://localhost:5559"
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        # Without this, ending the program while there is no server would wait for one.
        socket.linger = 0
        socket.connect(endpoint)
        socket.send_string("Hello from client!")
        status, request = socket.recv_multipart()
        print(f"Received response: {status.decode()}, Original request: {request.decode()}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except zmq.ZMQError as error:
        sys.exit(f"Error: {error}")
