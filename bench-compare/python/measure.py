"""pyzmq, with the calls that copy nothing more than they must. The command line and what is printed are those of
bench-compare/measure, and so is what is sent and checked."""

import sys
import threading
import time
import os

import zmq

WINDOW = 64
GREETING = 2**64 - 1
FAREWELL = 2**64 - 2

SERVER_PUBLIC = b"&K7#U[HL5HG<oeM!32vPHSFIX*:R=C=pDdEkN#M("
SERVER_SECRET = b"/v2TXpTwMLrSY(:a@i8bUT#ycI<JT*jh3!bf#m#O"
CLIENT_PUBLIC = b"E[>NKbx{}a.YrR$4gFOyJU@s&Fu-.!29%oW:0s!2"
CLIENT_SECRET = b"2N0!A>pJ>vqnYsOfN[x#2yqzA[^jjiVdCNT:WTSA"

BINDING = ("pull", "rep", "router", "pub")
MEASURING = ("pull", "req", "dealer", "sub")


def parse(roles):
    """A name for each side."""
    for role in roles.split("+"):
        name, _, subscribers = role.partition("-")
        yield from [name] * (int(subscribers) if name == "sub" else 1)


class Program:
    """What the sides of the process share."""

    def __init__(self, roles, endpoint, size, count):
        self.sides = list(parse(roles))
        self.curve = endpoint.startswith("curve+")
        self.endpoint = endpoint.removeprefix("curve+")
        self.filler = b"x" * (size - 16)
        self.size = size
        self.warm_up = max(count // 10, 1)
        self.end = count + self.warm_up
        self.context = zmq.Context()
        self.lock = threading.Lock()
        self.ready = threading.Event()
        self.may_begin = threading.Event()
        self.joined = 0
        self.stopped = []

    def message(self, number):
        number = number.to_bytes(8, "little")
        return number + self.filler + number if self.size >= 16 else number.ljust(self.size, b"x")

    def check(self, message, number):
        if message != self.message(number):
            raise ValueError(f"instead of message {number} another came")

    def stop(self, elapsed, arrived):
        with self.lock:
            self.stopped.append((elapsed, arrived))
            clocks = sum(side in MEASURING for side in self.sides)
            if len(self.stopped) == clocks:
                slowest = max(elapsed for elapsed, _ in self.stopped)
                print("seconds", slowest, "of", sum(arrived for _, arrived in self.stopped) // clocks, flush=True)

    def join(self):
        with self.lock:
            self.joined += 1
            if self.joined == self.sides.count("sub"):
                print("joined", flush=True)

    def start(self, role):
        threading.Thread(target=self.run, args=(role,), daemon=True).start()

    def run(self, role):
        try:
            self.side(role)
        except BaseException as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)

    def side(self, role):
        socket = self.context.socket(getattr(zmq, role.upper()))
        if self.curve and role in BINDING:
            socket.curve_server = True
            socket.curve_secretkey = SERVER_SECRET
        elif self.curve:
            socket.curve_serverkey = SERVER_PUBLIC
            socket.curve_publickey, socket.curve_secretkey = CLIENT_PUBLIC, CLIENT_SECRET
        if role == "pub":
            socket.set(zmq.XPUB_NODROP, 1)
        if role == "sub":
            socket.subscribe(b"")
        if role in BINDING:
            socket.bind(self.endpoint)
            print("ready", flush=True)
            self.ready.set()
        else:
            socket.connect(self.endpoint)
        getattr(self, role)(socket)
        # What is not closed keeps what it has sent.
        threading.Event().wait()

    def push(self, socket):
        for number in range(self.end):
            socket.send(self.message(number))

    def pull(self, socket):
        for number in range(self.end):
            self.check(socket.recv(), number)
            if number + 1 == self.warm_up:
                since = time.perf_counter()
        self.stop(time.perf_counter() - since, self.end - self.warm_up)

    def req(self, socket):
        self.ask(socket, 1)

    def dealer(self, socket):
        self.ask(socket, WINDOW)

    def ask(self, socket, window):
        sent = min(window, self.end)
        for number in range(sent):
            socket.send(self.message(number))
        for number in range(self.end):
            self.check(socket.recv(), number)
            if number + 1 == self.warm_up:
                since = time.perf_counter()
            if sent < self.end:
                socket.send(self.message(sent))
                sent += 1
        self.stop(time.perf_counter() - since, self.end - self.warm_up)

    def rep(self, socket):
        while True:
            socket.send(socket.recv())

    def router(self, socket):
        while True:
            socket.send_multipart(socket.recv_multipart())

    def pub(self, socket):
        while not self.may_begin.is_set():
            socket.send(self.message(GREETING))
            time.sleep(0.001)
        for number in range(self.end):
            socket.send(self.message(number))
        while True:
            socket.send(self.message(FAREWELL))
            time.sleep(0.001)

    def sub(self, socket):
        following, arrived, since, has_joined = 0, 0, None, False
        while following < self.end:
            message = socket.recv()
            number = int.from_bytes(message[:8], "little")
            self.check(message, number)
            if number == FAREWELL:
                break
            if number == GREETING:
                if not has_joined:
                    has_joined = True
                    self.join()
                continue
            if not following <= number < self.end:
                raise ValueError(f"instead of message {following} there came {number}")
            following = number + 1
            if since is not None:
                arrived += 1
            elif following >= self.warm_up:
                since = time.perf_counter()
        self.stop(0 if since is None else time.perf_counter() - since, arrived)


def main():
    _, _library, roles, endpoint, size, count, _runtime = sys.argv
    program = Program(roles, endpoint, int(size), int(count))
    binding = [side for side in program.sides if side in BINDING]
    for side in binding:
        program.start(side)
    if binding:
        program.ready.wait()
    for side in program.sides:
        if side not in BINDING:
            program.start(side)
    # Whoever started us ends us, and does not leave us behind if it is killed itself.
    for line in sys.stdin:
        if line == "go\n":
            program.may_begin.set()
    os._exit(0)


main()
