"""§4.3: answers the requests of clients whose keys it knows, encrypted. Twin of examples/secure_server.rs.

pyzmq's authenticator tells a client's key and not its certificate's name, and reads the directory once: who is added or
removed later counts after the next start, or after another call of configure_curve.
"""

import signal
import sys
from pathlib import Path

import certificates
import zmq
import zmq.auth
from zmq.auth.thread import ThreadAuthenticator


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://*:5563"
    directory = Path(sys.argv[2] if len(sys.argv) > 2 else certificates.DEFAULT_DIRECTORY)
    certificates.make_if_missing(directory)
    with zmq.Context() as context:
        authenticator = ThreadAuthenticator(context)
        authenticator.start()
        try:
            authenticator.configure_curve(domain="global", location=directory / "clients")
            serve(context, endpoint, directory)
        finally:
            authenticator.stop()


def serve(context, endpoint, directory):
    with context.socket(zmq.REP) as socket:
        keys = zmq.auth.load_certificate(directory / "server.key_secret")
        socket.curve_publickey, socket.curve_secretkey = keys
        socket.curve_server = True
        # Without these two, a missing authenticator would let everybody in.
        socket.zap_domain = b"global"
        socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)
        socket.bind(endpoint)
        while True:
            # Python sees a signal only between two waits, so none is for ever.
            if not socket.poll(500):
                continue
            frame = socket.recv(copy=False)
            print(f"Received request: {frame.bytes.decode(errors='replace')}", flush=True)
            print(f"From: {frame.get('User-Id')}", flush=True)
            socket.send_string("Secure message received.")


if __name__ == "__main__":
    # Ctrl-C and a plain `kill` raise KeyboardInterrupt.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        pass
    except (zmq.ZMQError, OSError, ValueError) as error:
        sys.exit(f"Error: {error}")
