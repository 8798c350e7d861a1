"""§3.3: watches its connection, and sends heartbeats of its own. Twin of examples/connection_management.rs.

pyzmq has the events of a connection and no state, so this makes a state of them; without the reasons, and it does not notice
that libzmq has given up.
"""

import signal
import sys
import threading
import time

import zmq
from zmq.utils.monitor import recv_monitor_message

STATES = {
    zmq.EVENT_CONNECT_DELAYED: "connecting",
    zmq.EVENT_CONNECTED: "handshaking",
    zmq.EVENT_HANDSHAKE_SUCCEEDED: "ready, 1 peer",
    zmq.EVENT_DISCONNECTED: "disconnected",
}


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://localhost:5555"
    interval = float(sys.argv[2]) if len(sys.argv) > 2 else 5.0
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.heartbeat_ivl = round(1000 * interval)
        socket.heartbeat_timeout = round(2000 * interval)
        socket.heartbeat_ttl = round(3000 * interval)
        # Without it, heartbeats for nobody are queued, up to 1000, before one fails.
        socket.immediate = 1
        socket.reconnect_ivl, socket.reconnect_ivl_max = 100, 5000
        socket.linger = 0
        ready = threading.Event()
        watching = threading.Thread(target=watch, args=(socket.get_monitor_socket(), ready))
        watching.start()
        try:
            socket.connect(endpoint)
            manage(socket, ready, interval)
        finally:
            socket.disable_monitor()
            watching.join()


def manage(socket, ready, interval):
    while True:
        ready.wait(interval)
        try:
            socket.send_multipart([b"", b"HEARTBEAT"], zmq.NOBLOCK)
        except zmq.Again:
            print("Heartbeat failed, connection may be lost.", flush=True)
        # The other work of the program: here, to print what comes.
        end = time.monotonic() + interval
        while (left := end - time.monotonic()) > 0:
            # Python sees a signal only between two waits, so each is short.
            if socket.poll(1000 * min(left, 0.5)):
                print(f"Received: {socket.recv_multipart()[-1].decode()}", flush=True)


def watch(monitor, ready):
    state = None
    while (event := recv_monitor_message(monitor)["event"]) != zmq.EVENT_MONITOR_STOPPED:
        # "Connecting" again after "disconnected" is no news.
        if event in STATES and (state, STATES[event]) != ("disconnected", "connecting") and state != STATES[event]:
            state = STATES[event]
            print(f"Connection: {state}", flush=True)
        if event in (zmq.EVENT_HANDSHAKE_SUCCEEDED, zmq.EVENT_DISCONNECTED):
            ready.set() if event == zmq.EVENT_HANDSHAKE_SUCCEEDED else ready.clear()
    monitor.close()


if __name__ == "__main__":
    # Ctrl-C and a plain `kill` raise KeyboardInterrupt.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        pass
    except (zmq.ZMQError, ValueError) as error:
        sys.exit(f"Error: {error}")
