import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { noId } from "../../support/debt-refusals.ts";
import { openEvidenceApp, videoFile } from "../../support/evidence.ts";
import { type HandOverWorld, handOverWorld } from "../../support/hand-over.ts";
import { watch } from "../../support/operators.ts";
import type { TestApp } from "../../support/test-app.ts";

const origin = "https://app.example.org";
let api: TestApp;
let world: HandOverWorld;
beforeAll(async () => {
  api = await openEvidenceApp({ environment: { CORS_ORIGINS: origin } });
  world = await handOverWorld(api);
}, 600_000);
afterAll(() => api.close());

/** What a browser asks before it sends such a request, as the Fetch standard compares it. */
async function mayAsk(path: string, method: string, sent: readonly string[]): Promise<void> {
  const { status, headers } = await fetch(`${api.url}${path}`, {
    method: "OPTIONS",
    headers: {
      ...{ origin, "access-control-request-method": method },
      "access-control-request-headers": sent.toSorted().join(","),
    },
  });
  expect([path, status, headers.get("access-control-allow-origin")]).toEqual([path, 204, origin]);
  expect(named(headers, "access-control-allow-methods")).toContain(method.toLowerCase());
  expect(named(headers, "access-control-allow-headers")).toEqual(expect.arrayContaining([...sent]));
}
const named = (headers: Headers, name: string): string[] =>
  (headers.get(name) ?? "").split(",").map((one) => one.trim().toLowerCase());
/** What a script reads of an answer, besides the few headers that every script may read. */
const readable = (headers: Headers): Record<string, string | null> =>
  Object.fromEntries(
    named(headers, "access-control-expose-headers").map((name) => [name, headers.get(name)]),
  );

describe("a page of another origin", () => {
  test("sends a recording by tus, and reads where it is and how far", async () => {
    const { recorder, accepted } = world.pair;
    const { id } = await accepted();
    const video = await videoFile("plain.mp4");
    const uploads = `/v1/debts/${id}/evidence/uploads`;
    const always = ["authorization", "tus-resumable"];
    await mayAsk(uploads, "POST", [...always, "upload-length", "upload-metadata"]);
    const length = String(video.length);
    const begun = await recorder.tus("POST", uploads, {
      headers: { origin, "upload-length": length, "upload-metadata": "filename dmlkZW8=" },
    });
    expect([begun.status, begun.headers.get("access-control-allow-origin")]).toEqual([201, origin]);
    const path = String(readable(begun.headers)["location"]);
    expect(readable(begun.headers)).toMatchObject({
      ...{ "upload-offset": "0", "upload-length": length, "tus-resumable": "1.0.0" },
      "upload-expires": expect.any(String),
    });

    await mayAsk(path, "HEAD", always);
    const asked = await recorder.tus("HEAD", path, { headers: { origin } });
    expect(readable(asked.headers)).toMatchObject({
      "upload-offset": "0",
      "upload-length": length,
    });
    await mayAsk(path, "PATCH", [...always, "content-type", "upload-offset"]);
    const sent = await recorder.tus("PATCH", path, {
      body: video,
      headers: { origin, "upload-offset": "0", "content-type": "application/offset+octet-stream" },
    });
    expect([sent.status, readable(sent.headers)["upload-offset"]]).toEqual([204, length]);
    await mayAsk(path, "DELETE", always);
  }, 600_000);

  test("learns what the server can do", async () => {
    const { headers } = await fetch(`${api.url}/v1/evidence-uploads/${crypto.randomUUID()}`, {
      ...{ method: "OPTIONS", headers: { origin } },
    });
    expect(readable(headers)).toMatchObject({
      ...{ "tus-version": "1.0.0", "tus-extension": "creation,expiration,termination" },
      "tus-max-size": expect.stringMatching(/^[0-9]+$/),
    });
  });

  test("plays a recording by its token, from where it likes", async () => {
    const { evidenceId } = await world.submitted();
    expect((await world.review.claim(evidenceId)).status).toBe(200);
    const started = (await world.review.play(evidenceId)).body;
    await mayAsk(`/v1/evidence-media/${started.playbackId}`, "GET", ["playback-token", "range"]);
    const answer = await watch(api, started, { origin, range: "bytes=10-19" });
    expect([answer.status, (await answer.bytes()).length]).toEqual([206, 10]);
    expect(readable(answer.headers)).toMatchObject({
      ...{ "accept-ranges": "bytes", "content-range": expect.stringMatching(/^bytes 10-19\//) },
    });
  }, 600_000);

  test("may send cookies to the route of players alone", async () => {
    const operations = Object.values(api.app.describe().paths).flatMap((item) =>
      Object.values(item as Record<string, Record<string, unknown>>),
    );
    const credentialed = operations.filter((operation) => operation["x-credentials"] === true);
    expect(credentialed.map(({ operationId }) => operationId)).toEqual(["watchEvidence"]);
    for (const path of ["/v1/debts", "/v1/auth/sessions", `/v1/evidence-uploads/${noId}`]) {
      const { headers } = await fetch(`${api.url}${path}`, { headers: { origin } });
      expect(headers.get("access-control-allow-origin")).toBe(origin);
      expect(headers.get("access-control-allow-credentials")).toBeNull();
    }
    const { headers } = await fetch(`${api.url}/v1/evidence-media/${noId}`, {
      headers: { origin },
    });
    expect(headers.get("access-control-allow-credentials")).toBe("true");
  });

  test("is told of none of it when its origin is not listed", async () => {
    const { headers } = await fetch(`${api.url}/v1/evidence-uploads/${crypto.randomUUID()}`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "PATCH" },
    });
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("access-control-allow-headers")).toBeNull();
  });
});
