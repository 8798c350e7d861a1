"""§3.2: acknowledges each request after a second, and takes others meanwhile. Twin of examples/async_zmq_service.rs."""

import asyncio
import signal
import sys

import zmq
import zmq.asyncio


async def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://*:5560"
    end_by_signals(asyncio.current_task())
    with zmq.asyncio.Context() as context, context.socket(zmq.ROUTER) as socket:
        socket.bind(endpoint)
        replies = set()
        while True:
            reply = asyncio.create_task(acknowledge(socket, await socket.recv_multipart()))
            # The loop itself does not keep tasks.
            replies.add(reply)
            reply.add_done_callback(replies.discard)


async def acknowledge(socket, request):
    # What a REQ sends has an empty frame before the request, and the reply needs it; what has none is no request.
    if b"" not in request:
        return
    start = request.index(b"") + 1
    envelope, request = request[:start], request[start:]
    print(f"Received request: {text(request)}", flush=True)
    await asyncio.sleep(1)  # the work
    await socket.send_multipart([*envelope, b"ACK", *request])


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
