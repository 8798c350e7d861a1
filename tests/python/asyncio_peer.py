"""The other end of tests/it/aio/interop.rs: peer.py, on pyzmq's asyncio.

usage: asyncio_peer.py speak|answer PATTERN bind|connect ENDPOINT MESSAGE...

A MESSAGE is the lengths of its frames, such as 5,0,7. The speaker sends each; whoever receives it checks it, and sends
it back if the pattern has a way back. Sending and receiving are tasks of their own where the pattern allows it. After binding, the
endpoint is printed; after each message that was received as it should be, its lengths.
"""

import asyncio
import sys

import zmq
import zmq.asyncio

from peer import PATIENCE_MS, check, frames


async def speak(socket, messages):
    async def send():
        for lengths in messages:
            await socket.send_multipart(frames(lengths))

    async def receive():
        for lengths in messages:
            check(await socket.recv_multipart(), lengths)

    if socket.socket_type == zmq.XPUB:
        # The subscription.
        await socket.recv()
    if socket.socket_type == zmq.REQ:
        for lengths in messages:
            await socket.send_multipart(frames(lengths))
            check(await socket.recv_multipart(), lengths)
    elif socket.socket_type in (zmq.PAIR, zmq.DEALER):
        await asyncio.gather(send(), receive())
    else:
        await send()


async def answer(socket, messages):
    for lengths in messages:
        received = await socket.recv_multipart()
        envelope = [received.pop(0)] if socket.socket_type == zmq.ROUTER else []
        check(received, lengths)
        if socket.socket_type in (zmq.REP, zmq.PAIR, zmq.ROUTER):
            await socket.send_multipart(envelope + received)


async def main(role, pattern, attach, endpoint, *messages):
    messages = [[int(length) for length in message.split(",")] for message in messages]
    with zmq.asyncio.Context() as context, context.socket(getattr(zmq, pattern)) as socket:
        socket.rcvtimeo = socket.sndtimeo = PATIENCE_MS
        if pattern == "SUB":
            socket.subscribe("")
        if attach == "bind":
            socket.bind(endpoint)
            print(socket.last_endpoint.rstrip(b"\0").decode(), flush=True)
        else:
            socket.connect(endpoint)
        await {"speak": speak, "answer": answer}[role](socket, messages)


asyncio.run(main(*sys.argv[1:]))
