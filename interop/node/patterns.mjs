// The patterns of ZeroMQ, and the classes of Node's zeromq for them.

import { createRequire } from "node:module";

// Node warns, each time, that drafts may change.
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (!warning.message.includes("draft features are experimental")) console.error(String(warning));
});

// `require` looks into NODE_PATH, and `import` does not.
const require = createRequire(import.meta.url);
/** Of the package. */
export const VERSION = require("zeromq/package.json").version;
const zmq = { ...require("zeromq"), ...require("zeromq/draft") };

/** The package has no classes for these two; the libzmq in it has the patterns. */
class Peer extends zmq.Socket {
  constructor(options) {
    super(19, options);
  }
}
class Channel extends zmq.Socket {
  constructor(options) {
    super(20, options);
  }
}

export const PATTERNS = {
  CLIENT: zmq.Client,
  SERVER: zmq.Server,
  RADIO: zmq.Radio,
  DISH: zmq.Dish,
  SCATTER: zmq.Scatter,
  GATHER: zmq.Gather,
  PEER: Peer,
  CHANNEL: Channel,
  DGRAM: zmq.Datagram,
  REQ: zmq.Request,
  REP: zmq.Reply,
  DEALER: zmq.Dealer,
  ROUTER: zmq.Router,
  PUB: zmq.Publisher,
  SUB: zmq.Subscriber,
  XPUB: zmq.XPublisher,
  XSUB: zmq.XSubscriber,
  PUSH: zmq.Push,
  PULL: zmq.Pull,
  PAIR: zmq.Pair,
  STREAM: zmq.Stream,
};
