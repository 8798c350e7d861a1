"""Answers requests, and belongs to the trace of each. Twin of examples/traced_server.rs."""

import signal
import sys

import ferromq_trace
import zmq


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://*:5564"
    with zmq.Context() as context, context.socket(zmq.REP) as socket:
        socket.bind(endpoint)
        while True:
            # Python sees a signal only between two waits, so none is for ever.
            if not socket.poll(500):
                continue
            trace, [request] = ferromq_trace.take(socket.recv_multipart())
            # What is sent because of the request is a child of its span.
            trace = trace and trace.child()
            if trace:
                trace.stamp("request at server")
            print(f"Trace {trace.trace_id if trace else 'none'}: received request: {request.decode()}", flush=True)
            reply = [f"World, {request.decode()}!".encode()]
            if trace:
                trace.stamp("reply from server")
                reply = ferromq_trace.put(trace, reply)
            socket.send_multipart(reply)


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
