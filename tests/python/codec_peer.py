"""A REP that reads what ferromq's codecs wrote, and writes it again, so many times."""

import sys
from pathlib import Path

import zmq

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples" / "python"))
import lz4.frame
import zstandard
from ferromq_codec import BatchBuilder, TooLarge, compress, decompress, unbatch


def told(frame):
    """What the library of the format itself makes of a frame that begins with its magic number."""
    if frame[:4] == b"\x04\x22\x4d\x18":
        return lz4.frame.decompress(frame)
    if frame[:4] == b"\x28\xb5\x2f\xfd":
        return zstandard.ZstdDecompressor().decompress(frame)
    return frame


def streamed(format, content):
    """The same as a stream writes it, which does not know the length beforehand."""
    if format == "lz4":
        compressor = lz4.frame.LZ4FrameCompressor(block_size=lz4.frame.BLOCKSIZE_MAX256KB, content_checksum=True)
        return compressor.begin() + compressor.compress(content) + compressor.flush()
    compressor = zstandard.ZstdCompressor().compressobj()
    return compressor.compress(content) + compressor.flush()


def answer(task, format, frame, limit):
    content = decompress(frame, limit)
    assert content == told(frame), "the twin disagrees with the library"
    if task == "whole":
        return compress(content, format)
    if task == "streamed":
        return streamed(format, content)
    assert task == "batch"
    builder = BatchBuilder(max_bytes=1 << 30, max_messages=1 << 30)
    for frames in unbatch(content):
        builder.push(frames)
    return compress(builder.take(), format)


def main(endpoint, count):
    socket = zmq.Context().socket(zmq.REP)
    socket.connect(endpoint)
    for _ in range(count):
        task, format, frame, limit = socket.recv_multipart()
        try:
            socket.send_multipart([b"done", answer(task.decode(), format.decode(), frame, int(limit))])
        except TooLarge:
            socket.send_multipart([b"too large", b""])
        except ValueError as error:
            socket.send_multipart([b"invalid", str(error).encode()])


main(sys.argv[1], int(sys.argv[2]))
