// The other end of interop/tests/node/secured.rs: a client or a server with NULL, PLAIN or CURVE.
//
// usage: secured.mjs client null ENDPOINT
//        secured.mjs client plain ENDPOINT USERNAME PASSWORD
//        secured.mjs client curve ENDPOINT OWN-PUBLIC OWN-SECRET SERVER-PUBLIC
//        secured.mjs server plain ENDPOINT USERNAME PASSWORD
//        secured.mjs server curve ENDPOINT OWN-PUBLIC OWN-SECRET CLIENT-PUBLIC
//
// A client asks and prints the reply. A server prints its endpoint, and answers whom its authenticator lets in. Both print
// why a handshake has failed, end at the line "bye", and never outlive whoever started them.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// `require` looks into NODE_PATH, and `import` does not.
const require = createRequire(import.meta.url);
const zmq = require("zeromq");

const [role, mechanism, endpoint, ...credentials] = process.argv.slice(2);

function client() {
  const socket = new zmq.Request({ linger: 0 });
  if (mechanism === "plain") [socket.plainUsername, socket.plainPassword] = credentials;
  if (mechanism === "curve") [socket.curvePublicKey, socket.curveSecretKey, socket.curveServerKey] = credentials;
  return socket;
}

function server() {
  const socket = new zmq.Reply({ linger: 0, zapDomain: "node" });
  if (mechanism === "plain") socket.plainServer = true;
  if (mechanism === "curve") {
    socket.curveServer = true;
    [socket.curvePublicKey, socket.curveSecretKey] = credentials;
  }
  return socket;
}

/** Lets in who has the password, or the key, that was given. */
async function judge(handler) {
  for await (const [version, id, domain, , , asked, ...shown] of handler) {
    const known =
      mechanism === "plain"
        ? shown.every((value, k) => value.toString() === credentials[k])
        : shown[0].equals(unz85(credentials[2]));
    const letsIn = asked.toString() === mechanism.toUpperCase() && domain.toString() === "node" && known;
    await handler.send([version, id, letsIn ? "200" : "400", "", "", ""]);
  }
}

/** The bytes of a key (RFC 32). */
function unz85(text) {
  const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let group = 0; group < text.length / 5; group++) {
    const digits = [...text.slice(5 * group, 5 * group + 5)];
    bytes.writeUInt32BE(
      digits.reduce((value, digit) => 85 * value + alphabet.indexOf(digit), 0),
      4 * group,
    );
  }
  return bytes;
}

const socket = { client, server }[role]();
for (const kind of ["protocol", "auth", "other"]) {
  socket.events.on(`handshake:error:${kind}`, ({ error }) => {
    console.log(`refused: ${kind} ${error?.status ?? error?.code ?? ""}`.trim());
  });
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => process.exit(line === "bye" ? 0 : 3));
lines.on("close", () => process.exit(2));

if (role === "client") {
  socket.connect(endpoint);
  await socket.send("Hello from Node");
  console.log((await socket.receive()).toString());
} else {
  const handler = new zmq.Reply();
  await handler.bind("inproc://zeromq.zap.01");
  judge(handler);
  await socket.bind(endpoint);
  console.log(socket.lastEndpoint);
  for await (const [request] of socket) await socket.send(`World, ${request}!`);
}
