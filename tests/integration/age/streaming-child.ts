/** Encrypts and decrypts so many mebibytes and says how many bytes came out. */
import { newIdentity } from "#platform/age/identities";
import { decryptStream, encryptStream } from "#platform/age/streams";

const mebibytes = Number(process.argv[2]);

async function* source(): AsyncGenerator<Uint8Array, void> {
  const piece = crypto.getRandomValues(new Uint8Array(64 * 1024));
  for (let at = 0; at < mebibytes * 16; at += 1) yield piece;
}

const { identity, recipient } = await newIdentity();
let bytes = 0;
for await (const part of decryptStream(encryptStream(source(), [recipient]), identity))
  bytes += part.length;
console.log(String(bytes));
