import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { eventually } from "../../support/eventually.ts";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import {
  pending,
  type Receipt,
  registrationsPath,
  resend,
  signUp,
  startRegistration,
  verify,
} from "../../support/registering.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const pathOf = (id: string) => `${registrationsPath}/${id}/codes`;
const nobody = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { CLIENT_ATTEMPTS_PER_HOUR: "4" } });
});
afterAll(() => app.close());

describe("202", () => {
  test("mails another code after a minute, with ten minutes of its own", async () => {
    const { id, code } = await pending(app, "a@example.org");
    app.clock.advance(60);
    const { status, body } = await resend(app, id);
    const now = Date.parse(app.clock.now());
    expect([status, body]).toEqual([
      202,
      {
        id,
        expiresAt: new Date(now + 600_000).toISOString(),
        resendAfter: new Date(now + 60_000).toISOString(),
      },
    ]);
    expect(await app.mails.to("a@example.org")).toHaveLength(2);
    app.clock.advance(545);
    // The first has expired, the second has not.
    const second = await app.mails.codeFor("a@example.org");
    if (second !== code) expectProblem(await verify(app, id, code), 422, "identity.code_wrong");
    expect((await verify(app, id, second)).status).toBe(201);
  });

  test("up to an hour after the last code has expired", async () => {
    const { id } = await pending(app, "late@example.org");
    app.clock.advance(600 + 3599);
    expect((await resend(app, id)).status).toBe(202);
    const code = await app.mails.codeFor("late@example.org");
    expect((await verify(app, id, code)).status).toBe(201);
  });

  test("in silence when the address has had its mails; the code that was mailed still works", async () => {
    const { id, code } = await pending(app, "full@example.org");
    for (let time = 0; time < 4; time += 1) await startRegistration(app, "full@example.org");
    for (let time = 0; time < 3; time += 1) {
      app.clock.advance(60);
      const { status, body } = await resend(app, id);
      expect([status, Object.keys(body)]).toEqual([202, ["id", "expiresAt", "resendAfter"]]);
    }
    expect(await app.mails.to("full@example.org")).toHaveLength(5);
    expect((await verify(app, id, code)).status).toBe(201);
  });

  test("for an address with an account, where the owner is told again", async () => {
    await signUp(app, "owner@example.org");
    const { body } = await startRegistration(app, "owner@example.org");
    app.clock.advance(60);
    expect((await resend(app, body.id)).status).toBe(202);
    const subjects = (await app.mails.to("owner@example.org")).map(({ subject }) => subject);
    expect(subjects.slice(1)).toEqual([
      "You already have a FinTrack account",
      "You already have a FinTrack account",
    ]);
  });
});

describe("401", () => {
  test("for a token that is none", async () => {
    const answer = await app.request(pathOf(nobody), {
      method: "POST",
      headers: { authorization: "Bearer none" },
    });
    expectProblem(answer, 401, "auth.required");
  });
});

describe("404", () => {
  test("for a registration that never was, is complete, or is too old", async () => {
    const done = await pending(app, "done@example.org");
    await verify(app, done.id, done.code);
    const old = await pending(app, "old@example.org");
    app.clock.advance(600 + 3600);
    for (const id of [nobody, done.id, old.id])
      expectProblem(await resend(app, id), 404, "identity.registration_not_found");
  });
});

describe("405", () => {
  test("for every other method", () => expectOnlyMethods(app, pathOf(nobody), ["POST"]));
});

describe("409", () => {
  test("after the fifth code, whether or not the address has an account", async () => {
    await signUp(app, "owner.five@example.org");
    for (const email of ["five@example.org", "owner.five@example.org"]) {
      const { body } = await startRegistration(app, email);
      for (let time = 0; time < 4; time += 1) {
        app.clock.advance(60);
        expect((await resend(app, body.id)).status).toBe(202);
      }
      app.clock.advance(60);
      expectProblem(await resend(app, body.id), 409, "identity.codes_used_up");
    }
  });

  test("for a repeat with the same Idempotency-Key", async () => {
    const { id } = await pending(app, "key@example.org");
    app.clock.advance(60);
    const headers = { "idempotency-key": "once", "x-forwarded-for": "192.0.2.9" };
    const ask = () => app.request(pathOf(id), { method: "POST", headers });
    expect((await ask()).status).toBe(202);
    expectProblem(await ask(), 409, "idempotency.not_replayable");
    expect(await app.mails.to("key@example.org")).toHaveLength(2);
  });
});

describe("422", () => {
  test("naming an id that is none", async () => {
    expectFaults(await resend(app, "7"), ["id"]);
  });
});

describe("429", () => {
  test("within a minute of the last code, saying how long to wait; a decoy alike", async () => {
    await signUp(app, "owner.fast@example.org");
    for (const email of ["fast@example.org", "owner.fast@example.org"]) {
      const { body } = await startRegistration(app, email);
      app.clock.advance(20);
      const early = await resend(app, body.id);
      expectProblem(early, 429, "identity.resend_too_early");
      expect(early.headers.get("retry-after")).toBe("40");
    }
  });

  test("two at the same moment mail one code", async () => {
    const { id } = await pending(app, "twice@example.org");
    app.clock.advance(60);
    // Both have looked and been let through before either may write.
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holding = app.sql.begin(async (tx) => {
      await tx`select 1 from identity.registrations where id = ${id} for update`;
      held.resolve();
      await release.promise;
    });
    await held.promise;
    const asked = [resend(app, id), resend(app, id)];
    await eventually("both wait", async () => {
      const [row] = await app.db.read.execute<{ waiting: number }>(sql`
        select count(*)::int as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return row?.waiting === 2;
    });
    release.resolve();
    await holding;
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 429]);
    expect(await app.mails.to("twice@example.org")).toHaveLength(2);
  });

  test("for a client that asks too often", async () => {
    const ask = () =>
      app.request<Receipt>(pathOf(nobody), {
        method: "POST",
        headers: { "x-forwarded-for": "192.0.2.1" },
      });
    for (let time = 0; time < 4; time += 1) expect((await ask()).status).toBe(404);
    expectProblem(await ask(), 429, "limit.exceeded");
  });
});
