"""What ferromq's module `trace` writes and reads, in Python: trace IDs in messages, and the time of each hop.

The format is in docs/observability.md.

    import ferromq_trace

    trace, frames = ferromq_trace.take(socket.recv_multipart())
    reply = trace.child() if trace else ferromq_trace.Trace.start()
    reply.stamp("server")
    socket.send_multipart(ferromq_trace.put(reply, [b"World"]))
"""

import re
import secrets
import time
import unicodedata

MAGIC = b"\x00FQT\x01"
MAX_HOPS = 64
LONGEST_NAME = 64

# What all versions have in common; the groups are version, trace ID, span ID, flags, and what a later version adds.
TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.DOTALL)
STATE = re.compile(r"[ -~]{1,512}")


class Trace:
    """The trace that a message belongs to, and the hops that it has passed: pairs of a name and nanoseconds since 1970."""

    def __init__(self, trace_id, span_id, sampled=True, state=None, hops=()):
        self.trace_id = trace_id
        self.span_id = span_id
        self.sampled = sampled
        self.state = state
        self.hops = list(hops)

    @classmethod
    def start(cls):
        """A new trace, with new random IDs."""
        return cls(_random(16), _random(8))

    @classmethod
    def of(cls, traceparent):
        """The trace of a `traceparent`; ValueError if it is none."""
        parts = TRACEPARENT.fullmatch(traceparent)
        if not parts:
            raise ValueError("trace: there is no traceparent")
        version, trace_id, span_id, flags, more = parts.groups()
        if version == "ff" or (version == "00" and more is not None):
            raise ValueError("trace: there is no such version, or it is not as long")
        if set(trace_id) == {"0"} or set(span_id) == {"0"}:
            raise ValueError("trace: an ID is 0")
        return cls(trace_id, span_id, bool(int(flags, 16) & 1))

    def child(self):
        """The same trace, its hops included, with a new ID for the span of this program."""
        return Trace(self.trace_id, _random(8), self.sampled, self.state, self.hops)

    @property
    def traceparent(self):
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"

    def stamp(self, name, nanoseconds=None):
        """Writes down that the message is here now; False if there are too many hops already."""
        if len(self.hops) >= MAX_HOPS:
            return False
        name = name.encode()[:LONGEST_NAME].decode(errors="ignore")
        name = "".join("_" if _is_control(letter) else letter for letter in name)
        self.hops.append((name, time.time_ns() if nanoseconds is None else nanoseconds))
        return True

    def delays(self):
        """The time from each hop to the next: (name, next name, nanoseconds); negative if the clocks do not agree."""
        return [(a, b, then - now) for (a, now), (b, then) in zip(self.hops, self.hops[1:])]

    def to_frame(self):
        lines = [f"traceparent {self.traceparent}\n"]
        if self.state is not None:
            lines.append(f"tracestate {self.state}\n")
        lines += [f"hop {nanoseconds} {name}\n" for name, nanoseconds in self.hops]
        return MAGIC + "".join(lines).encode()

    @classmethod
    def from_frame(cls, frame):
        """The trace in a frame; None if the frame is something else, ValueError if it only begins as a trace."""
        if not frame.startswith(MAGIC):
            return None
        *lines, rest = frame[len(MAGIC) :].decode().split("\n")
        if rest or not lines or not lines[0].startswith("traceparent "):
            raise ValueError("trace: there is no traceparent, or the last line is cut off")
        trace = cls.of(lines[0][len("traceparent ") :])
        for number, line in enumerate(lines[1:]):
            key, _, value = line.partition(" ")
            if key == "tracestate" and number == 0:
                # A state that cannot be one is left out, and the rest counts.
                trace.state = value if STATE.fullmatch(value) else None
            elif key == "hop":
                trace.hops.append(_read_hop(value))
            else:
                raise ValueError("trace: there is a line that it cannot have")
        if len(trace.hops) > MAX_HOPS:
            raise ValueError(f"trace: there are more than {MAX_HOPS} hops")
        return trace


def put(trace, frames):
    """The frames of a message with a trace behind them."""
    return [*frames, trace.to_frame()]


def take(frames):
    """The trace of a message, or None, and its other frames."""
    trace = Trace.from_frame(frames[-1]) if len(frames) > 1 else None
    return (None, frames) if trace is None else (trace, frames[:-1])


def _read_hop(value):
    digits, space, name = value.partition(" ")
    if not space or not re.fullmatch("[0-9]+", digits) or int(digits) >= 1 << 64:
        raise ValueError("trace: the time of a hop is not a number of nanoseconds, or it has no name")
    if len(name.encode()) > LONGEST_NAME or any(map(_is_control, name)):
        raise ValueError("trace: the name of a hop is too long or has control characters")
    return name, int(digits)


def _is_control(letter):
    return unicodedata.category(letter) == "Cc"


def _random(length):
    while True:
        identifier = secrets.token_hex(length)
        if set(identifier) != {"0"}:
            return identifier
