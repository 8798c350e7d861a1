"""§4.3: sends a request that only one server can read, and prints the reply. Twin of examples/secure_client.rs."""

import signal
import sys
from pathlib import Path

import certificates
import zmq
import zmq.auth
from zmq.utils.monitor import recv_monitor_message


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://localhost:5563"
    directory = Path(sys.argv[2] if len(sys.argv) > 2 else certificates.DEFAULT_DIRECTORY)
    certificates.make_if_missing(directory)
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        # Without this, ending the program while there is no server would wait for one.
        socket.linger = 0
        keys = zmq.auth.load_certificate(directory / "client.key_secret")
        socket.curve_publickey, socket.curve_secretkey = keys
        socket.curve_serverkey, _ = zmq.auth.load_certificate(directory / "server.key")
        with socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_AUTH) as refusals:
            socket.connect(endpoint)
            socket.send_string("Secure request.")
            # A server that refuses this client never replies, and libzmq does not try again: only the monitor tells.
            poller = zmq.Poller()
            poller.register(socket, zmq.POLLIN)
            poller.register(refusals, zmq.POLLIN)
            ready = dict(poller.poll(10_000))
            if refusals in ready:
                status = recv_monitor_message(refusals)["value"]
                sys.exit(f"Error: the server does not let this client in: ZAP status {status}")
            if socket not in ready:
                sys.exit("Error: no reply within 10 seconds")
            print(f"Received reply: {socket.recv_string()}", flush=True)
            socket.disable_monitor()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once
    try:
        main()
    except (zmq.ZMQError, OSError, ValueError) as error:
        sys.exit(f"Error: {error}")
