"""A worker of the task queue, as PROTOCOL.md describes it: squares numbers until Ctrl-C. Twin of examples/task_worker.rs."""

import queue
import signal
import sys
import threading
import time

import zmq

HEARTBEAT = 1.0  # seconds between two heartbeats
PATIENCE = 4.0  # seconds of silence after which the broker is taken for dead


def square(frames):
    return [str(int(frames[0]) ** 2).encode()]


def work(tasks, done):
    """Does tasks in a thread of its own, so that heartbeats go on whatever the work does."""
    while (frames := tasks.get()) is not None:
        try:
            result = [b"OK", *square(frames)]
        except Exception as error:
            result = [b"FAILED", str(error).encode()]
        done.send_multipart(result)


def serve(context, endpoint, tasks, done):
    socket, beat = None, 0.0
    working = False  # whether the thread has a task
    try:
        while True:
            if socket is None:  # at the start, and when the broker was silent: a new connection
                socket = context.socket(zmq.DEALER)
                socket.connect(endpoint)
                known, ticket = False, None
            if not known and not working:
                socket.send_multipart([b"FTQ1", b"READY"])
                known, heard = True, time.monotonic()
            # Python sees a signal only between two waits, so none is for ever.
            wait = max(0.0, min(beat - time.monotonic(), 0.5))
            ready, _, _ = zmq.select([socket, done], [], [], wait)
            if done in ready:
                result, working = done.recv_multipart(), False
                if ticket is not None:  # otherwise the broker has given the task to another
                    socket.send_multipart([b"FTQ1", b"DONE", ticket, *result])
                    ticket = None
            if socket in ready:
                version, command, *frames = socket.recv_multipart()
                heard = time.monotonic()
                if version != b"FTQ1" or command == b"REFUSED":
                    sys.exit(f"Error: {b' '.join(frames)}")
                if command == b"TASK" and known and not working:
                    print(f"Received task: {frames[1].decode(errors='replace')}", flush=True)
                    ticket, working = frames[0], True
                    tasks.put(frames[1:])
                elif command == b"UNKNOWN":
                    known, ticket = False, None
            elif known and time.monotonic() - heard > PATIENCE:
                socket.close(linger=0)
                socket = None
            if socket and known and time.monotonic() >= beat:
                beat = time.monotonic() + HEARTBEAT
                socket.send_multipart([b"FTQ1", b"HEARTBEAT"])
    finally:
        if socket:
            socket.send_multipart([b"FTQ1", b"BYE"], zmq.NOBLOCK)


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://localhost:5571"
    context, tasks = zmq.Context(), queue.SimpleQueue()
    done, doing = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    done.bind("inproc://done")
    doing.connect("inproc://done")
    thread = threading.Thread(target=work, args=(tasks, doing))
    thread.start()
    try:
        serve(context, endpoint, tasks, done)
    finally:
        tasks.put(None)
        thread.join()
        context.destroy(linger=1000)


if __name__ == "__main__":
    # Ctrl-C and a plain `kill` raise KeyboardInterrupt.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        pass
    except zmq.ZMQError as error:
        sys.exit(f"Error: {error}")
