"""The other end of tests/it/security/python.rs and tests/it/refusals.rs: a client or a server with PLAIN or CURVE.

usage: secured.py client|server plain ENDPOINT USERNAME PASSWORD [REQUEST]
       secured.py client curve ENDPOINT OWN-SECRET SERVER-PUBLIC REQUEST
       secured.py client null ENDPOINT "" "" REQUEST
       secured.py server curve ENDPOINT OWN-SECRET CLIENT-PUBLIC

A client sends its request and prints the reply. A server prints the endpoint, answers whom pyzmq's authenticator lets
in, and ends when there is a line on stdin.
"""

import sys

import zmq
from zmq.auth.thread import ThreadAuthenticator

PATIENCE_MS = 60_000


class Known:
    def __init__(self, key):
        self.key = key

    def callback(self, domain, key):
        return domain == "global" and key == self.key


def curve_keys(socket, secret):
    socket.curve_secretkey = secret.encode()
    socket.curve_publickey = zmq.curve_public(secret.encode())


def client(context, mechanism, endpoint, first, second, request):
    socket = context.socket(zmq.REQ)
    socket.linger = 0
    socket.rcvtimeo = socket.sndtimeo = PATIENCE_MS
    if mechanism == "curve":
        curve_keys(socket, first)
        socket.curve_serverkey = second.encode()
    elif mechanism == "plain":
        socket.plain_username = first.encode()
        socket.plain_password = second.encode()
    socket.connect(endpoint)
    socket.send_string(request)
    print(socket.recv_string(), flush=True)
    socket.close()


def server(context, mechanism, endpoint, first, second):
    authenticator = ThreadAuthenticator(context)
    authenticator.start()
    socket = context.socket(zmq.REP)
    socket.linger = 0
    socket.zap_domain = b"global"
    if mechanism == "curve":
        authenticator.configure_curve_callback(domain="global", credentials_provider=Known(second.encode()))
        curve_keys(socket, first)
        socket.curve_server = True
    else:
        authenticator.configure_plain(domain="global", passwords={first: second})
        socket.plain_server = True
    socket.bind(endpoint)
    print(socket.last_endpoint.rstrip(b"\0").decode(), flush=True)
    poller = zmq.Poller()
    poller.register(socket, zmq.POLLIN)
    poller.register(sys.stdin, zmq.POLLIN)
    while (ready := dict(poller.poll(PATIENCE_MS))).keys() == {socket}:
        socket.send_string(f"World, {socket.recv_string()}!")
    socket.close()
    authenticator.stop()
    if not ready:
        sys.exit("nobody has asked for anything")


def main(role, *arguments):
    with zmq.Context() as context:
        {"client": client, "server": server}[role](context, *arguments)


main(*sys.argv[1:])
