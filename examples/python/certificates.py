"""The directory of certificates that secure_server.py and secure_client.py share. Twin of examples/certificates."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import zmq.auth

DEFAULT_DIRECTORY = "target/secure"


def make_if_missing(directory: Path):
    """Makes the directory with certificates for one server and one client, unless it is there.

    It appears under its name when it is complete, so that of two programs that start at the same moment one makes
    it, and both use it.
    """
    if is_there(directory):
        return
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".secure-", dir=directory.parent))  # its owner's alone
    try:
        for name in ("server", "client"):
            _, secret_file = zmq.auth.create_certificates(draft, name, {"name": name})
            os.chmod(secret_file, 0o600)  # pyzmq leaves that to us
        (draft / "clients").mkdir()
        shutil.copy(draft / "client.key", draft / "clients")
        os.rename(draft, directory)
        print(f"Made new certificates in {directory}", file=sys.stderr)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not is_there(directory):
            raise
        # Somebody else was faster.


def is_there(directory: Path):
    """Whether there is something in it: an empty directory can be replaced as one that is missing."""
    return directory.is_dir() and any(directory.iterdir())
