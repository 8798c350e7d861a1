// The other end of interop/tests/node: sends, or receives and checks, messages that both sides can make by rule.
//
// usage: peer.mjs ROLE PATTERN SHAPES bind ENDPOINT, or
//        peer.mjs ROLE PATTERN SHAPES connect ENDPOINT..., or
//        peer.mjs ROLE DGRAM datagrams bind ENDPOINT PEER'S-ADDRESS
//
// The role "speak" begins; "answer" checks what it receives, and sends it back if the pattern has a way back. After
// binding, each endpoint is printed. The program ends well once every message was as it should be, and never outlives
// whoever started it.

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { PATTERNS } from "./patterns.mjs";

// What follows is agreed with interop/tests/node/content.rs.

const CLIENTS = 3;
/** How many messages are on their way before the speaker waits for the first answer. */
const WINDOW = 32;
const PROBE = "probe";
const GROUPS = ["a", "b".repeat(15), "c".repeat(127)];
/** How far the numbers of the messages of one client are from those of the next. */
const CLIENT_STEP = 10_000;

/** The lengths of the frames of each message. */
const SHAPES = {
  one: () => [[5], [0], [1 << 20], [256], ...many(2000)],
  several: () => [[5], [0], [1 << 20], [256], [5, 0, 7], Array.from({ length: 100 }, (_, k) => k), ...many(2000)],
  datagrams: () => [[5], [0], [7900], [256], ...many(100)],
};

function many(count) {
  return Array.from({ length: count }, (_, n) => [(37 * n) % 300]);
}

/** Byte i of frame k of message n is 7i + k + n, modulo 256. */
function frames(number, lengths) {
  return lengths.map((length, k) => {
    const frame = Buffer.alloc(length);
    for (let i = 0; i < length; i++) frame[i] = 7 * i + k + number;
    // With one wrong byte, which the tests must notice.
    if (process.env.FERROMQ_TAMPER && number === 3 && k === 0) frame[100] ^= 1;
    return frame;
  });
}

function check(received, number, lengths) {
  const what = `message ${number}`;
  if (received.length !== lengths.length) {
    throw new Error(`${what} has ${received.length} frames instead of ${lengths.length}`);
  }
  frames(number, lengths).forEach((expected, k) => same(received[k], expected, `${what}, frame ${k}`));
}

function same(received, expected, what) {
  if (received.length !== expected.length) {
    throw new Error(`${what} has ${received.length} bytes instead of ${expected.length}`);
  }
  if (!received.equals(expected)) {
    const i = received.findIndex((byte, at) => byte !== expected[at]);
    throw new Error(`${what} differs at byte ${i}: ${received[i]} instead of ${expected[i]}`);
  }
}

function sameText(received, expected) {
  if (received.toString() !== expected) throw new Error(`received "${received}" instead of "${expected}"`);
}

// Lines from the test. When there are no more, the test has gone.

const lines = createInterface({ input: process.stdin });
let probed = false;
let acknowledged = () => {};
let dismiss;
const dismissed = new Promise((resolve) => (dismiss = resolve));
lines.on("line", (line) => {
  if (line === "probed") probed = true;
  if (line === "next") acknowledged();
  if (line === "bye") dismiss();
});
lines.on("close", () => process.exit(2));

// What each role does, by pattern.

async function exchange(socket, messages, { window = WINDOW, first = 0 } = {}) {
  for (let n = 0; n < messages.length + window - 1; n++) {
    if (n < messages.length) await socket.send(frames(first + n, messages[n]));
    const back = n + 1 - window;
    if (back >= 0) check(await socket.receive(), first + back, messages[back]);
  }
}

async function echo(socket, messages) {
  for (const [n, lengths] of messages.entries()) {
    const received = await socket.receive();
    check(received, n, lengths);
    await socket.send(received);
  }
}

async function sendAll(socket, messages) {
  for (const [n, lengths] of messages.entries()) await socket.send(frames(n, lengths));
}

async function receiveAll(socket, messages) {
  for (const [n, lengths] of messages.entries()) check(await socket.receive(), n, lengths);
}

const SPEAK = {
  REQ: (socket, messages) => exchange(socket, messages, { window: 1 }),
  DEALER: exchange,
  PAIR: exchange,
  CHANNEL: exchange,
  PUSH: sendAll,
  SCATTER: sendAll,

  async CLIENT(client, messages, { which }) {
    // The first message tells the server which client it is.
    await client.send(Buffer.from([which]));
    await exchange(client, messages, { first: CLIENT_STEP * which });
  },

  async PUB(publisher, messages) {
    while (!probed) {
      await publisher.send(PROBE);
      await sleep(5);
    }
    await sendAll(publisher, messages);
  },

  async XPUB(publisher, messages) {
    const event = async (first, topic) => same((await publisher.receive())[0], Buffer.from([first, ...Buffer.from(topic)]), "event");
    await event(1, "a");
    await publisher.send("a");
    await event(1, "b");
    await event(0, "b");
    sameText((await publisher.receive())[0], "ready");
    for (const [n, lengths] of messages.entries()) {
      await publisher.send(["b", "nobody is subscribed"]);
      await publisher.send(["a", ...frames(n, lengths)]);
    }
    await event(0, "a");
  },

  async RADIO(radio, messages, { endpoint }) {
    while (!probed) {
      await radio.send(PROBE, { group: PROBE });
      await sleep(5);
    }
    for (const [n, lengths] of messages.entries()) {
      await radio.send("nobody joined", { group: "nobody" });
      const next = new Promise((resolve) => (acknowledged = resolve));
      await radio.send(frames(n, lengths)[0], { group: GROUPS[n % GROUPS.length] });
      // Datagrams are lost when too many are under way.
      if (endpoint.startsWith("udp:")) await next;
    }
  },

  async DGRAM(dgram, messages, { peer }) {
    // The other socket may not be open yet.
    let answered = false;
    const answer = dgram.receive().then((received) => {
      answered = true;
      return received;
    });
    while (!answered) {
      await dgram.send([peer, PROBE]);
      await Promise.race([answer, sleep(10)]);
    }
    for (const [n, lengths] of messages.entries()) {
      await dgram.send([peer, frames(n, lengths)[0]]);
      let [from, received] = await dgram.receive();
      while (received.toString() === PROBE) [from, received] = await dgram.receive();
      sameText(from.toString().replace("\0", ""), peer);
      check([received], n, lengths);
    }
  },

  async STREAM(stream, messages) {
    const [id, nothing] = await stream.receive();
    same(nothing, Buffer.alloc(0), "the notice of the connection");
    const sent = messages.map((lengths, n) => frames(n, lengths)[0]).filter((bytes) => bytes.length > 0);
    const sending = async () => {
      for (const bytes of sent) await stream.send([id, bytes]);
    };
    await Promise.all([sending(), streamed(stream, Buffer.concat(sent), id)]);
  },
};

const ANSWER = {
  REP: echo,
  PAIR: echo,
  CHANNEL: echo,
  PULL: receiveAll,
  GATHER: receiveAll,
  PEER: receiveAll,

  async ROUTER(router, messages) {
    for (const [n, lengths] of messages.entries()) {
      const [from, ...received] = await router.receive();
      check(received, n, lengths);
      await router.send([from, ...received]);
    }
  },

  async SERVER(server, messages) {
    const clients = new Map();
    for (let left = CLIENTS * (messages.length + 1); left > 0; left--) {
      const [bytes, { routingId }] = await server.receive();
      const client = clients.get(routingId);
      if (client === undefined) {
        clients.set(routingId, { first: CLIENT_STEP * bytes[0], next: 0 });
        continue;
      }
      check([bytes], client.first + client.next, messages[client.next]);
      await server.send(bytes, { routingId });
      client.next++;
    }
    if (clients.size !== CLIENTS) throw new Error(`${clients.size} clients instead of ${CLIENTS}`);
  },

  async SUB(subscriber, messages) {
    for (const [n, lengths] of messages.entries()) {
      let received = await subscriber.receive();
      while (received.length === 1 && received[0].toString() === PROBE) {
        if (!probed) console.log("probed");
        probed = true;
        received = await subscriber.receive();
      }
      check(received, n, lengths);
    }
  },

  async XSUB(subscriber, messages) {
    await subscriber.send("\x01a");
    sameText((await subscriber.receive())[0], "a");
    await subscriber.send("\x01b");
    await subscriber.send("\x00b");
    await subscriber.send("ready");
    for (const [n, lengths] of messages.entries()) {
      const [topic, ...received] = await subscriber.receive();
      sameText(topic, "a");
      check(received, n, lengths);
    }
    await subscriber.send("\x00a");
  },

  async DISH(dish, messages, { endpoint }) {
    for (const [n, lengths] of messages.entries()) {
      let [bytes, { group }] = await dish.receive();
      while (group.toString() === PROBE) {
        if (!probed) console.log("probed");
        probed = true;
        [bytes, { group }] = await dish.receive();
      }
      sameText(group, GROUPS[n % GROUPS.length]);
      check([bytes], n, lengths);
      if (endpoint.startsWith("udp:")) console.log("next");
    }
  },

  async DGRAM(dgram, messages, { peer }) {
    for (let n = 0; n < messages.length; ) {
      const [from, bytes] = await dgram.receive();
      sameText(from.toString().replace("\0", ""), peer);
      if (bytes.toString() !== PROBE) check([bytes], n, messages[n++]);
      await dgram.send([from, bytes]);
    }
  },

  async STREAM(stream, messages) {
    const [id, nothing] = await stream.receive();
    same(nothing, Buffer.alloc(0), "the notice of the connection");
    const expected = Buffer.concat(messages.map((lengths, n) => frames(n, lengths)[0]));
    await streamed(stream, expected, id, (piece) => stream.send([id, piece]));
  },
};

/** Receives `expected`, in whatever pieces. */
async function streamed(stream, expected, id, then = () => {}) {
  for (let at = 0; at < expected.length; ) {
    const [from, piece] = await stream.receive();
    same(from, id, "the name of the connection");
    same(piece, expected.subarray(at, at + piece.length), `the stream from byte ${at} on`);
    at += piece.length;
    await then(piece);
  }
}

// Which options a pattern needs, so that nothing is dropped.
const OPTIONS = {
  PUB: { sendHighWaterMark: 0 },
  XPUB: { sendHighWaterMark: 0 },
  RADIO: { sendHighWaterMark: 0 },
  STREAM: { sendHighWaterMark: 0 },
  ROUTER: { mandatory: true },
};

const [role, pattern, shapes, attach, ...endpoints] = process.argv.slice(2);
const sockets = Array.from({ length: pattern === "CLIENT" ? CLIENTS : 1 }, () => new PATTERNS[pattern](OPTIONS[pattern]));
try {
  const peer = pattern === "DGRAM" ? endpoints.pop() : undefined;
  for (const socket of sockets) {
    if (pattern === "SUB") socket.subscribe();
    // The last one last, so that a probe means that all are joined.
    if (pattern === "DISH") socket.join(...GROUPS, PROBE);
    if (attach === "bind") {
      await socket.bind(endpoints[0]);
      console.log(socket.lastEndpoint);
    } else {
      endpoints.forEach((endpoint) => socket.connect(endpoint));
    }
  }
  const messages = SHAPES[shapes]();
  const converse = { speak: SPEAK, answer: ANSWER }[role][pattern];
  if (pattern === "CLIENT") {
    await Promise.all(sockets.map((socket, which) => converse(socket, messages, { which })));
  } else {
    await converse(sockets[0], messages, { endpoint: endpoints[0], peer });
  }
  // When Node ends, it frees the buffers of messages that are still being sent.
  await dismissed;
  sockets.forEach((socket) => socket.close());
} catch (error) {
  console.error(`${pattern}: ${error.message}`);
  for (const socket of sockets) {
    socket.linger = 0;
    socket.close();
  }
  process.exit(1);
}
lines.removeAllListeners("close");
lines.close();
process.stdin.destroy();
