import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { eventually } from "../../support/eventually.ts";
import { loggedOf, openDebtsApp } from "../../support/gbs.ts";
import { authorized, signedInUser, signIn } from "../../support/identity.ts";
import {
  entriesOf,
  operatorVerbs,
  type ReviewWorld,
  randomBytes,
  reviewWorld,
  type Started,
  type Submitted,
  watch,
} from "../../support/operators.ts";
import type { TestApp } from "../../support/test-app.ts";

const mebibyte = 1024 * 1024;
const segment = 4 * mebibyte;
let api: TestApp;
let world: ReviewWorld;
/** Of two whole segments and a part of a third. */
let long: Submitted;
beforeAll(async () => {
  api = await openDebtsApp({ environment: { READS_PER_MINUTE: "100000" } });
  world = await reviewWorld(api);
  long = await world.submitted({
    plain: randomBytes(2 * segment + 100_001),
    mediaType: "video/mp4",
  });
  await world.first.claim(long.id);
});
afterAll(() => api.close());

async function started(submitted: Submitted = long): Promise<Started> {
  await world.first.claim(submitted.id);
  const { status, body } = await world.first.play(submitted.id);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const rangesIn = (playbackId: string) => api.sql<{ first: number; last: number }[]>`
  select first_byte::int as first, last_byte::int as last from gbs.playback_ranges
  where playback_id = ${playbackId} order by id`;

describe("a playback", () => {
  test("gives a token once, and lets the browser in by a cookie that no script reads", async () => {
    const answer = await world.operator.post<Started>(`/v1/admin/evidence/${long.id}/playback`);
    expect(answer.status).toBe(201);
    const { playbackId, token, expiresAt } = answer.body;
    expect(Date.parse(expiresAt) - Date.parse(api.clock.now())).toBe(600_000);
    expect(answer.headers.get("set-cookie")).toBe(
      `__Secure-playback=${token}; Path=/v1/evidence-media/${playbackId}; Max-Age=600; HttpOnly; Secure; SameSite=Strict`,
    );
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const path = `${api.url}/v1/evidence-media/${playbackId}`;
    const headers = { cookie: `other=1; __Secure-playback=${token}`, range: "bytes=0-3" };
    expect((await fetch(path, { headers })).status).toBe(206);
    const [row] = await api.sql`select * from gbs.playback_keys where playback_id = ${playbackId}`;
    expect(JSON.stringify(row)).not.toContain(token);
    const secret = Buffer.from(long.fileKey);
    for (const encoding of ["hex", "base64", "base64url"] as const)
      expect(JSON.stringify(row)).not.toContain(secret.toString(encoding));
  });

  test("takes the place of the operator's earlier one", async () => {
    const [first, second] = [await started(), await started()];
    expect((await watch(api, first, { range: "bytes=0-1" })).status).toBe(404);
    expect((await watch(api, second, { range: "bytes=0-1" })).status).toBe(206);
  });
});

describe("the bytes", () => {
  test("are those of the recording, whole and in any range", async () => {
    const playback = await started();
    const whole = await watch(api, playback);
    expect([whole.status, whole.headers.get("content-type")]).toEqual([200, "video/mp4"]);
    expect((await bytesOf(whole)).equals(long.plain)).toBe(true);
    const size = long.plain.length;
    const spot = fc.oneof(
      fc.nat(size - 1),
      fc.constantFrom(0, 65_535, 65_536, segment - 1, segment, 2 * segment, size - 1),
    );
    await fc.assert(
      fc.asyncProperty(spot, fc.oneof(fc.nat(70_000), fc.nat(size)), async (first, length) => {
        const last = Math.min(size - 1, first + length);
        const response = await watch(api, playback, { range: `bytes=${first}-${last}` });
        expect(response.headers.get("content-range")).toBe(`bytes ${first}-${last}/${size}`);
        expect((await bytesOf(response)).equals(long.plain.subarray(first, last + 1))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("are kept by nobody and run as nothing; HEAD tells their number and records nothing", async () => {
    const playback = await started();
    const head = await watch(api, playback, {}, "HEAD");
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe(String(long.plain.length));
    expect([...(await rangesIn(playback.playbackId))]).toEqual([]);
    const response = await watch(api, playback, { range: "bytes=0-9" });
    await response.arrayBuffer();
    for (const { headers } of [head, response])
      expect(Object.fromEntries(headers)).toMatchObject({
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "same-origin",
        "accept-ranges": "bytes",
      });
    expect((await watch(api, playback, { range: `bytes=${long.plain.length}-` })).status).toBe(416);
    expect([...(await rangesIn(playback.playbackId))]).toEqual([{ first: 0, last: 9 }]);
  });

  test("are let through to a browser's player by the cookie that HEAD gives for the token, and no other answer does", async () => {
    const playback = await started();
    const { playbackId, token } = playback;
    const head = await watch(api, playback, {}, "HEAD");
    expect(head.headers.get("set-cookie")).toBe(
      `__Secure-playback=${token}; Path=/v1/evidence-media/${playbackId}; Max-Age=600; HttpOnly; Secure; SameSite=Strict`,
    );
    const part = await watch(api, playback, { range: "bytes=0-1" });
    const wrong = await watch(api, { ...playback, token: "A".repeat(43) }, {}, "HEAD");
    expect([part.status, wrong.status]).toEqual([206, 404]);
    for (const { headers } of [part, wrong]) expect(headers.get("set-cookie")).toBeNull();
  });

  test("say their length beforehand only where they are few: HEAD says it of the whole", async () => {
    const playback = await started();
    const lengthOf = async (range: Record<string, string>, method?: string) => {
      const response = await watch(api, playback, range, method);
      await response.body?.cancel();
      return response.headers.get("content-length");
    };
    expect(await lengthOf({}, "HEAD")).toBe(String(long.plain.length));
    expect(await lengthOf({})).toBeNull();
    expect(await lengthOf({ range: `bytes=0-${64 * 1024}` })).toBeNull();
    expect(await lengthOf({ range: `bytes=0-${64 * 1024 - 1}` })).toBe(String(64 * 1024));
  });

  test("are on record before they are sent, by pieces, and not beyond what was fetched", async () => {
    const playback = await started();
    const response = await watch(api, playback, { range: "bytes=10-" });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await Bun.sleep(300);
    const recorded = await rangesIn(playback.playbackId);
    expect(recorded[0]).toEqual({ first: 10, last: segment - 1 });
    expect(recorded.length).toBeLessThanOrEqual(3);
  });

  test("of a damaged segment are refused; the others are read", async () => {
    const submitted = await world.submitted({ plain: randomBytes(segment + 200_000) });
    const playback = await started(submitted);
    const path = join(api.dataDir, "objects", "evidence", submitted.debtId, submitted.id, "000001");
    const sealed = readFileSync(path);
    sealed[70_000] = (sealed[70_000] ?? 0) ^ 1;
    writeFileSync(path, sealed);
    const range = (first: number, last: number) =>
      watch(api, playback, { range: `bytes=${first}-${last}` });
    expect((await range(0, 99)).status).toBe(206);
    expect((await range(segment, segment + 99)).status).toBe(206);
    const refused = await range(segment + 70_000, segment + 70_099);
    expect(refused.status).toBe(503);
    expect((await refused.json()) as object).toMatchObject({ code: "gbs.evidence_damaged" });
    await expect(watch(api, playback).then(bytesOf)).rejects.toThrow();
  });
});

describe("401", () => {
  test("for a bearer token that is none, though the playback's own is right", async () => {
    const sent = { authorization: "Bearer nonsense", range: "bytes=0-1" };
    expect((await watch(api, await started(), sent)).status).toBe(401);
  });
});

describe("404", () => {
  async function expectRefused(playback: Started, headers: Record<string, string> = {}) {
    const response = await watch(api, playback, headers);
    expect(response.status).toBe(404);
    expect((await response.json()) as object).toMatchObject({ code: "gbs.playback_not_found" });
  }

  test("for a wrong token, none, and that of another playback", async () => {
    const playback = await started();
    const other = await world.submitted();
    const another = await started(other);
    for (const token of [
      "",
      "x",
      another.token,
      `${playback.token}=`,
      "A".repeat(43),
      "A".repeat(9_000),
    ])
      await expectRefused({ ...playback, token });
    const path = `${api.url}/v1/evidence-media/${playback.playbackId}`;
    expect((await fetch(path)).status).toBe(404);
    expect((await fetch(path, { headers: { cookie: "__Secure-playback=" } })).status).toBe(404);
    expect((await watch(api, playback, { range: "bytes=0-1" })).status).toBe(206);
  });

  test("when it is over by time", async () => {
    const playback = await started();
    api.clock.advance(599);
    expect((await watch(api, playback, { range: "bytes=0-1" })).status).toBe(206);
    api.clock.advance(1);
    await expectRefused(playback);
  });

  test("for somebody else's credentials, or another session's", async () => {
    const playback = await started();
    const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });
    await expectRefused(playback, bearer((await signedInUser(api)).tokens.accessToken));
    await expectRefused(playback, bearer((await signIn(api, world.operator.user)).accessToken));
    const own = { ...bearer(await world.operator.token()), range: "bytes=0-1" };
    expect((await watch(api, playback, own)).status).toBe(206);
  });

  test("once its session has ended, its user is suspended, or is no operator any more", async () => {
    for (const end of [
      async (user: { id: string }) =>
        void (await api.sql`update identity.sessions set ended_at = now() where user_id = ${user.id}`),
      async (user: { id: string }) =>
        void (await api.sql`update identity.users set status = 'suspended' where id = ${user.id}`),
      async (user: { id: string }) =>
        void (await api.sql`update identity.users set roles = '{user}' where id = ${user.id}`),
    ]) {
      const { user, tokens } = await signedInUser(api, { roles: ["operator"] });
      const verbs = operatorVerbs(authorized(api, tokens.accessToken));
      const { id } = await world.submitted();
      await verbs.claim(id);
      const { body: playback } = await verbs.play(id);
      expect((await watch(api, playback, { range: "bytes=0-1" })).status).toBe(206);
      await end(user);
      await expectRefused(playback);
    }
  });

  test("in the middle of an answer, too: nothing more is sent", async () => {
    const plain = randomBytes(6 * segment);
    const submitted = await world.submitted({ plain });
    const playback = await started(submitted);
    const response = await watch(api, playback);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    await world.first.decide(submitted.id, "refuse");
    let received = first?.value?.length ?? 0;
    await expect(
      (async () => {
        for (let read = await reader?.read(); read && !read.done; read = await reader?.read())
          received += read.value.length;
      })(),
    ).rejects.toThrow();
    expect(received).toBeLessThan(plain.length);
    const own = () => api.logLines().filter(({ reason }) => reason === "gbs.playback_not_found");
    await eventually("its end is in the log", () =>
      own().some(({ msg }) => msg === "answer cut short"),
    );
    expect(own().map(({ level }) => level)).toEqual(["info"]);
    const [viewed = {}] = await entriesOf(api, submitted.debtId, "evidence_viewed");
    const [[, last] = []] = viewed["ranges"] as number[][];
    expect(last).toBeGreaterThanOrEqual(received - 1);
  });
});

describe("the job that ends playbacks", () => {
  test("records what was watched, merged and once, when the time is over", async () => {
    const submitted = await world.submitted({ plain: randomBytes(300_000) });
    const playback = await started(submitted);
    for (const range of ["0-99", "50-199", "200-299", "1000-1999", "1500-1600"])
      await watch(api, playback, { range: `bytes=${range}` }).then(bytesOf);
    await api.runJob("gbs.end_playbacks");
    expect(await entriesOf(api, submitted.debtId, "evidence_viewed")).toEqual([]);
    api.clock.advance(600);
    await Promise.all([api.runJob("gbs.end_playbacks"), api.runJob("gbs.end_playbacks")]);
    await api.runJob("gbs.end_playbacks");
    expect(await entriesOf(api, submitted.debtId, "evidence_viewed")).toEqual([
      {
        ...{ evidence: submitted.id, playback: playback.playbackId },
        ranges: [
          [0, 299],
          [1000, 1999],
        ],
      },
    ]);
    const [keys] = await api.sql`
      select count(*)::int as left from gbs.playback_keys where playback_id = ${playback.playbackId}`;
    expect(keys?.["left"]).toBe(0);
  });

  test("ends one whose session has ended", async () => {
    const { user, tokens } = await signedInUser(api, { roles: ["operator"] });
    const verbs = operatorVerbs(authorized(api, tokens.accessToken));
    const submitted = await world.submitted();
    await verbs.claim(submitted.id);
    await verbs.play(submitted.id);
    await api.sql`update identity.sessions set ended_at = now() where user_id = ${user.id}`;
    await api.runJob("gbs.end_playbacks");
    expect((await loggedOf(api, { id: submitted.debtId })).at(-1)).toBe("evidence_viewed");
  });
});
