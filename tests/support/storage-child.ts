/**
 * `bun tests/support/storage-child.ts <directory or S3 configuration> <key> <bytes>`: puts objects under one key, each of
 * `bytes` equal bytes, the next one as soon as one is there. Writes a line for each; the code that a failure has ends it.
 */
import { AppError } from "#platform/kernel/errors";
import { createDiskStore } from "#platform/storage/disk-store";
import { openS3Store } from "./s3-store.ts";

const [place = "", key = "", bytes = "0"] = Bun.argv.slice(2);
const pieceBytes = 64 * 1024;
const store = place.startsWith("{")
  ? openS3Store(JSON.parse(place))
  : createDiskStore({
      ...{ directory: place, silentMs: 3_600_000, overwrites: false },
      ...{ newName: () => crypto.randomUUID(), nowMs: () => Date.now() },
    });

async function* filled(value: number) {
  for (let left = Number(bytes); left > 0; left -= pieceBytes)
    yield new Uint8Array(Math.min(left, pieceBytes)).fill(value);
}

for (let value = 1; ; value = (value % 250) + 1)
  try {
    const { sizeBytes } = await store.put(key, filled(value));
    console.log(`put ${value} ${sizeBytes}`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.log(`failed ${error.code}`);
    process.exit(0);
  }
