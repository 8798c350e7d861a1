"""The other side of tests/it/certificates.rs: pyzmq's certificates.

usage: certificates.py make DIRECTORY NAME [NAME=VALUE]...
       certificates.py show FILE
       certificates.py list DIRECTORY

make and show print the public key and the secret one, list all public keys in *.key.
"""

import sys

import zmq.auth


def show(file):
    public, secret = zmq.auth.load_certificate(file)
    print(public.decode())
    print(secret and secret.decode())


def make(directory, name, *metadata):
    _, secret_file = zmq.auth.create_certificates(directory, name, dict(item.split("=", 1) for item in metadata))
    show(secret_file)


def list_keys(directory):
    for key in zmq.auth.load_certificates(directory):
        print(key.decode())


command, *arguments = sys.argv[1:]
{"make": make, "show": show, "list": list_keys}[command](*arguments)
