import { expect, test } from "bun:test";
import { createS3Client, s3Limits } from "#platform/storage/s3-client";
import { S3Failure } from "#platform/storage/s3-failure";
import { readObject } from "#platform/storage/s3-read";

/** A store that says `sizeBytes` and sends `body`. */
const reading = (sizeBytes: string, body: string) =>
  readObject(
    createS3Client({
      s3: { endpoint: "http://127.0.0.1:1", region: "r", accessKeyId: "k", secretAccessKey: "s" },
      ...{ bucket: "bucket", limits: s3Limits },
      fetch: async () => new Response(body, { headers: { "content-length": sizeBytes } }),
    }),
    "a",
    (failure) => failure,
  );
const read = async (sizeBytes: string, body: string) =>
  Array.fromAsync((await reading(sizeBytes, body))?.chunks ?? []);

test("an object is what the store said it would send", async () => {
  expect(Buffer.concat(await read("3", "abc")).toString()).toBe("abc");
});

test.each([
  ["4", "abc", "cut short"],
  ["2", "abc", "too long"],
  ["", "abc", "NoContentLength"],
  ["3x", "abc", "NoContentLength"],
])("one that ends elsewhere is a failure: %j of %j", async (sizeBytes, body, code) => {
  const error = await read(sizeBytes, body).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(S3Failure);
  expect(error.code).toBe(code);
});
