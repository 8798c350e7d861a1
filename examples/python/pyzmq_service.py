"""§3.1: a callback that is given each request and sends the reply. Twin of examples/pyzmq_service.rs."""

import asyncio
import signal
import sys
from contextlib import closing

import zmq
from tornado.ioloop import IOLoop
from zmq.eventloop.zmqstream import ZMQStream


async def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://*:5559"
    end_by_signals(asyncio.current_task())
    with zmq.Context() as context, closing(ZMQStream(context.socket(zmq.REP))) as stream:

        def handle_request(message):
            print(f"Received request: {text(message)}", flush=True)
            # The work. time.sleep would stop the loop.
            IOLoop.current().call_later(1, stream.send_multipart, [b"OK", *message])

        stream.on_recv(handle_request)
        stream.bind(endpoint)
        await asyncio.Event().wait()  # for ever


def text(message):
    return " ".join(frame.decode(errors="replace") for frame in message)


def end_by_signals(task):
    """Ctrl-C and a plain `kill` cancel the task. (KeyboardInterrupt could be raised anywhere, also in asyncio itself.)"""
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: loop.call_soon_threadsafe(task.cancel))


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except asyncio.CancelledError:
        pass
    except zmq.ZMQError as error:
        sys.exit(f"Error: {error}")
