import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newIdentity } from "#platform/age/identities";
import { longVideo, mebibyte, openEvidenceApp, videoMarker } from "../../support/evidence.ts";
import { answerTo, type HandOverWorld, handOverWorld } from "../../support/hand-over.ts";
import { watch } from "../../support/operators.ts";
import { openStoredBytes, type StoredBytes } from "../../support/stored-bytes.ts";
import type { TestApp } from "../../support/test-app.ts";

/** What a client sends where nobody reads it. */
const marker = "marker-5e0d44-heron-candle";
/** A key that opens nothing, and a proof that proves nothing: typed by somebody who meant another one. */
const typedKey = "4TXYZ-9QW8E-7RTPA-5SDFG";
const typedProof = "5eed".repeat(16);

let api: TestApp;
let world: HandOverWorld;
let stored: StoredBytes;
beforeAll(async () => {
  api = await openEvidenceApp({ environment: { LOG_LEVEL: "trace" } });
  world = await handOverWorld(api);
  stored = openStoredBytes(api.databases);
}, 600_000);
afterAll(async () => {
  await stored.close();
  await api.close();
});

/** A recording from its upload to a default, with every secret that is sent or answered on the way. */
async function liveThrough(): Promise<Readonly<Record<string, string>>> {
  const { recorder, accepted, finish, lender, borrower } = world.pair;
  const { id } = await accepted();
  const video = await longVideo(mebibyte);
  const begun = await recorder.tus("POST", `/v1/debts/${id}/evidence/uploads`, {
    headers: { "upload-length": String(video.length), "upload-metadata": `filename ${marker}` },
  });
  const { id: evidenceId } = begun.json as { id: string };
  expect((await recorder.send(evidenceId, 0, video)).status).toBe(204);
  await finish(evidenceId);

  const { recipient, identity } = await newIdentity();
  const { challenge } = (await world.lender.name(id, recipient)).body;
  expect((await world.lender.prove(id, typedProof)).status).toBe(422);
  expect((await world.lender.name(id, identity)).status).toBe(422);
  // It is never sent: with a key of his own he would be shown none.
  const proof = await answerTo(challenge, identity);

  expect((await world.review.claim(evidenceId)).status).toBe(200);
  const reviewed = (await world.review.play(evidenceId)).body;
  const wrongly = [
    { token: marker },
    { token: "", headers: { cookie: `__Secure-playback=${marker}` } },
  ];
  for (const { token, headers } of wrongly)
    expect((await watch(api, { ...reviewed, token }, headers)).status).toBe(404);
  await world.decided(evidenceId, "approve");

  const { key } = (await world.lender.reveal(id)).body;
  expect((await world.lender.acknowledge(id, typedKey)).status).toBe(422);
  api.clock.advance(60);
  expect((await world.lender.acknowledge(id, key)).status).toBe(200);
  await world.declareDefault({ debt: await lender.debt(id) });
  const unlocked = await world.lender.unlock(id, key);
  expect(unlocked.status).toBe(201);
  expect((await borrower.post(`/v1/debts/${id}/evidence/playback`, { key: typedKey })).status).toBe(
    409,
  );
  return {
    "what was sent where nobody reads it": marker,
    "bytes of the recording": videoMarker,
    "token of an operator": reviewed.token,
    "key that was shown": key,
    "the same without hyphens": key.replaceAll("-", ""),
    "token of the lender": unlocked.body.token,
    "wrong key that was typed": typedKey,
    "the same, as it is read": typedKey.replaceAll("-", ""),
    "wrong proof that was sent": typedProof,
    "secret key that was sent by mistake": identity,
    "answer to the challenge": proof,
  };
}

describe("no secret of a recording that was answered or sent lies readable", () => {
  test("in a table, a log line, the write-ahead log or a snapshot", async () => {
    const secrets = await liveThrough();
    const lines = JSON.stringify(api.logLines());
    const [rows, copies] = [await stored.rows(), await stored.snapshots()];
    const seen = world.pair.borrower.user.address;
    expect([rows.includes(seen), copies.includes(seen), await stored.isInWal(seen)]).toEqual([
      ...[true, true, true],
    ]);
    for (const [name, secret] of Object.entries(secrets)) {
      expect([name, secret.length > 15]).toEqual([name, true]);
      const found = {
        table: rows.includes(secret),
        log: lines.includes(secret),
        snapshot: copies.includes(secret),
        wal: await stored.isInWal(secret),
      };
      expect([name, found]).toEqual([
        name,
        { table: false, log: false, snapshot: false, wal: false },
      ]);
    }
  }, 600_000);
});
