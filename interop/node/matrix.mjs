// The other end of interop/tests/matrix: holds one conversation after the other, as tests/it/matrix/peer.rs says.
//
// usage: matrix.mjs SERVER'S-PUBLIC-KEY SERVER'S-SECRET-KEY CLIENT'S-PUBLIC-KEY CLIENT'S-SECRET-KEY

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { PATTERNS, VERSION } from "./patterns.mjs";

const PATIENCE_MS = 20_000;
const PROBE = "probe";
const ONE_WAY = ["PUB", "XPUB", "PUSH", "RADIO", "SCATTER"];
const WITH_WAY_BACK = ["REP", "ROUTER", "DEALER", "PAIR", "CHANNEL"];
const KEYS = process.argv.slice(2);

/** Byte i of frame k of message n is 7i + k + n, modulo 256. */
function message(number, lengths) {
  return lengths.map((length, k) => Buffer.alloc(length, Buffer.from(Array.from({ length: 256 }, (_, i) => 7 * i + k + number))));
}

function expect(received, expected, what) {
  const lengths = (frames) => frames.map((frame) => frame.length).join(",");
  if (lengths(received) !== lengths(expected)) {
    throw new Error(`${what} has frames of ${lengths(received)} bytes instead of ${lengths(expected)}`);
  }
  if (!received.every((frame, k) => Buffer.compare(frame, expected[k]) === 0)) throw new Error(`${what} has a wrong byte`);
}

function open(role, pattern, other, attach, security, heartbeats) {
  const options = { receiveTimeout: PATIENCE_MS, sendTimeout: PATIENCE_MS };
  for (const option of ["receiveTimeout", "sendTimeout"]) {
    // It refuses those that the pattern does not have.
    if (!(option in PATTERNS[pattern].prototype)) delete options[option];
  }
  if (heartbeats > 0) {
    Object.assign(options, { heartbeatInterval: heartbeats, heartbeatTimeout: PATIENCE_MS, heartbeatTimeToLive: PATIENCE_MS });
  }
  const [serverPublic, serverSecret, clientPublic, clientSecret] = KEYS;
  if (security === "curve" && attach === "bind") {
    Object.assign(options, { curveServer: true, curvePublicKey: serverPublic, curveSecretKey: serverSecret });
  } else if (security === "curve") {
    Object.assign(options, { curveServerKey: serverPublic, curvePublicKey: clientPublic, curveSecretKey: clientSecret });
  }
  if (pattern === "ROUTER") {
    options.mandatory = true;
    if (other === "ROUTER") options.routingId = role === "speak" ? "speaks" : "answers";
  }
  const socket = new PATTERNS[pattern](options);
  if (pattern === "SUB") socket.subscribe();
  if (pattern === "DISH") socket.join(PROBE);
  return socket;
}

// Lines from the test. When there are no more, the test has gone.
const lines = createInterface({ input: process.stdin });
const waiting = [];
const heard = [];
lines.on("line", (line) => (waiting.length > 0 ? waiting.shift()(line) : heard.push(line)));
lines.on("close", () => process.exit(0));
const line = () => (heard.length > 0 ? Promise.resolve(heard.shift()) : new Promise((resolve) => waiting.push(resolve)));

async function send(socket, frames) {
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(1)) {
    try {
      return await socket.send(frames);
    } catch (error) {
      // A ROUTER learns only from the handshake who the other is.
      if (error.code !== "EHOSTUNREACH" || Date.now() > deadline) throw error;
    }
  }
}

async function speak(socket, pattern, other, messages) {
  if (pattern === "PUB" || pattern === "RADIO") {
    while (heard.length === 0) {
      await socket.send(...(pattern === "RADIO" ? [PROBE, { group: PROBE }] : [PROBE]));
      await sleep(5);
    }
    await line();
  } else if (pattern === "XPUB") {
    expect(await socket.receive(), [Buffer.from([1])], "subscription");
  } else if (pattern === "STREAM") {
    const [connection] = await socket.receive();
    const text = Buffer.concat(messages.flat());
    const sending = async () => {
      for (let at = 0; at < text.length; at += 100_000) await socket.send([connection, text.subarray(at, at + 100_000)]);
    };
    await Promise.all([sending(), stream(socket, text, () => {})]);
    return;
  }
  const envelope = { "DEALER/REP": [Buffer.alloc(0)], "ROUTER/ROUTER": [Buffer.from("answers")] }[`${pattern}/${other}`] ?? [];
  for (const [number, frames] of messages.entries()) {
    if (pattern === "RADIO") {
      await socket.send(frames[0], { group: PROBE });
      continue;
    }
    // A copy, because over ws the libzmq in the package masks the bytes of a large frame where they are, in our buffer.
    await send(socket, [...envelope, ...frames].map((frame) => Buffer.from(frame)));
    if (!ONE_WAY.includes(pattern)) expect(await socket.receive(), [...envelope, ...frames], `message ${number}`);
  }
}

async function answer(socket, pattern, other, messages) {
  if (pattern === "XSUB") {
    await socket.send(Buffer.from([1]));
  } else if (pattern === "STREAM") {
    await socket.receive();
    return stream(socket, Buffer.concat(messages.flat()), (received) => socket.send(received));
  }
  const envelope = { "REQ/ROUTER": 2, "DEALER/ROUTER": 1, "ROUTER/ROUTER": 1 }[`${other}/${pattern}`] ?? 0;
  let probed = false;
  // With SERVER and DISH the last of what is received is no frame.
  const receive = async () => {
    const received = await socket.receive();
    return ["SERVER", "DISH"].includes(pattern) ? [[received[0]], received[1]] : [received, {}];
  };
  for (const [number, frames] of messages.entries()) {
    let [received, { routingId }] = await receive();
    while (received.length === 1 && received[0].toString() === PROBE) {
      if (!probed) console.log("probed");
      probed = true;
      [received, { routingId }] = await receive();
    }
    expect(received.slice(envelope), frames, `message ${number}`);
    if (pattern === "SERVER") await socket.send(received[0], { routingId });
    if (WITH_WAY_BACK.includes(pattern)) await socket.send(received);
  }
}

async function stream(socket, text, then) {
  for (let at = 0; at < text.length; ) {
    const received = await socket.receive();
    expect([received[1]], [text.subarray(at, at + received[1].length)], `byte ${at}`);
    at += received[1].length;
    await then(received);
  }
}

console.log(`zeromq.js ${VERSION}`);
for (;;) {
  const [role, pattern, other, attach, endpoint, security, heartbeats, lengths] = (await line()).split(" ");
  let socket;
  try {
    socket = open(role, pattern, other, attach, security, Number(heartbeats));
    if (attach === "bind") {
      await socket.bind(endpoint);
      console.log(`at ${socket.lastEndpoint}`);
    } else {
      socket.connect(endpoint);
    }
    const messages = lengths.split("/").map((frames, number) => message(number, frames.split(",").map(Number)));
    await { speak, answer }[role](socket, pattern, other, messages);
    console.log("done");
  } catch (error) {
    console.log(`failed: ${error.message}`);
  }
  await line();
  socket.close();
  console.log("closed");
}
