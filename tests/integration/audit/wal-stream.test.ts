import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { parseLsn } from "#platform/audit/lsn";
import { openWalStream } from "#platform/audit/wal-stream";

const message = (type: string, body: Buffer) => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const welcome = Buffer.concat([
  message("R", Buffer.alloc(4)), // nobody is asked for a password
  message("Z", Buffer.from("I")),
]);
const goodbye = message(
  "E",
  Buffer.from("SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"),
);

test("a server that ends the connection in the breath that opens it ends the stream, not the process", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(Buffer.concat([welcome, goodbye])));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  for (let n = 0; n < 5; n += 1) {
    const stream = openWalStream({
      connection: {
        ...{ host: "127.0.0.1", port, user: "u", password: "p", database: "d" },
        ssl: { mode: "disable", rootCertificatePath: null },
      },
      ...{ slot: "s", publication: "p", from: parseLsn("0/1") },
      onMessage() {},
      onCaughtUp() {},
    });
    expect(await stream.ended).toBeInstanceOf(Error);
  }
  server.close();
}, 60_000);
