"""Publishes what it logs, for log_watcher.rs and `python -m zmq.log`. Twin of examples/log_publisher.rs."""

import logging
import signal
import sys
import time

import zmq
from zmq.log.handlers import PUBHandler


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://*:5565"
    interval = float(sys.argv[2]) if len(sys.argv) > 2 else 0.5
    with zmq.Context() as context, context.socket(zmq.PUB) as socket:
        socket.linger = 0
        socket.bind(endpoint)
        logger = logging.getLogger("trader")
        logger.setLevel(logging.DEBUG)
        logger.addHandler(PUBHandler(socket, root_topic="trader"))
        number = 0
        while True:
            number += 1
            logger.info("orders::order %d", number)
            if number % 3 == 0:
                logger.warning("orders::no price number=%d", number)
            time.sleep(interval)


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
