"""Starts a trace, sends it along with a request, and prints how long each hop took. Twin of examples/traced_client.rs."""

import signal
import sys

import ferromq_trace
import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://localhost:5564"
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.rcvtimeo = 10_000
        socket.linger = 0
        socket.connect(endpoint)

        trace = ferromq_trace.Trace.start()
        print(f"Trace {trace.trace_id}: sending request: Hello", flush=True)
        trace.stamp("request from client")
        socket.send_multipart(ferromq_trace.put(trace, [b"Hello"]))

        trace, [reply] = ferromq_trace.take(socket.recv_multipart())
        if trace is None:
            print(f"Received reply without a trace: {reply.decode()}", flush=True)
            return
        trace.stamp("reply at client")
        print(f"Trace {trace.trace_id}: received reply: {reply.decode()}", flush=True)
        for here, there, nanoseconds in trace.delays():
            print(f"{here} -> {there}: {nanoseconds} ns", flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once
    try:
        main()
    except zmq.Again:
        sys.exit("Error: no reply within 10 seconds")
    except (zmq.ZMQError, ValueError) as error:
        sys.exit(f"Error: {error}")
