import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createVerificationCodes } from "#modules/identity/gateways/verification-codes";
import type { Id } from "#platform/kernel/ids";
import type { Problem } from "../../support/currency-api.ts";
import { createUser } from "../../support/identity.ts";
import {
  changeAddress,
  goodPassword,
  otherThan,
  pending,
  type Receipt,
  resend,
  startRegistration,
  verify,
} from "../../support/registering.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { CLIENT_ATTEMPTS_PER_HOUR: "100000" } });
});
afterAll(() => app.close());

const signIn = (email: string, password: string) =>
  app.post("/v1/auth/sessions", { email, password });
const usersOf = async (email: string): Promise<number> => {
  const [row] = await app.sql`
    select count(*)::int as users from identity.users where address_key = ${email}`;
  return row?.["users"];
};
const parallel = <T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)));
const countByStatus = (answers: readonly { readonly status: number }[]) => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe("somebody who registers the victim's address, before or after the victim", () => {
  test("gets nothing: the victim's code makes the account of the victim's own form", async () => {
    const email = "victim@example.org";
    const evil = { password: "mallory-owns-this-9", displayName: "Mallory" };
    const before = await startRegistration(app, email, evil);
    const { id, code } = await pending(app, email, { displayName: "Victim" });
    const after = await startRegistration(app, email, evil);
    for (const other of [before, after])
      expect((await verify(app, other.body.id, code)).status).toBe(422);
    const { status, body } = await verify(app, id, code);
    expect([status, body.user.displayName]).toEqual([201, "Victim"]);
    expect((await signIn(email, evil.password)).status).toBe(401);
    expect((await signIn(email, goodPassword)).status).toBe(201);
  });

  test("does not spend the victim's attempts", async () => {
    const email = "calm@example.org";
    const { id, code } = await pending(app, email);
    const evil = await startRegistration(app, email, { password: "mallory-owns-this-9" });
    for (let time = 0; time < 6; time += 1)
      expect((await verify(app, evil.body.id, otherThan(code))).status).toBe(422);
    expect((await verify(app, id, code)).status).toBe(201);
  });
});

describe("guessing codes", () => {
  test("ends after 20 tries a day for an address, over 100 registrations of it", async () => {
    const email = "guessed@example.org";
    const { id, code } = await pending(app, email);
    const others: string[] = [];
    // No more at once than the gate in front of hashing serves in time on a busy machine.
    while (others.length < 100)
      others.push(
        ...(await parallel(5, async () => (await startRegistration(app, email)).body.id)),
      );
    let looked = 0;
    for (const other of others) {
      for (let time = 0; time < 5; time += 1)
        expect((await verify(app, other, otherThan(code))).status).toBe(422);
      const [row] = await app.sql`
        select coalesce(sum(attempts), 0)::int as attempts from identity.registration_codes
        where registration_id = ${other}`;
      looked += row?.["attempts"];
    }
    expect(looked).toBeLessThanOrEqual(20);
    expect(await app.mails.to(email)).toHaveLength(5);
    // Now not even the right code is looked at: else guessing would go on.
    expect((await verify(app, id, code)).status).toBe(422);
    expect(await usersOf(email)).toBe(0);
    app.clock.advance(86_401);
    const fresh = await pending(app, email);
    expect((await verify(app, fresh.id, fresh.code)).status).toBe(201);
  }, 180_000);

  test("many at a time leaves each code five attempts", async () => {
    const { id, code } = await pending(app, "storm@example.org");
    const answers = await parallel(30, () => verify(app, id, otherThan(code)));
    expect(countByStatus(answers)).toEqual({ 422: 30 });
    const [row] = await app.sql`
      select attempts from identity.registration_codes where registration_id = ${id}`;
    expect(row?.["attempts"]).toBe(5);
    expect((await verify(app, id, code)).status).toBe(422);
  });

  test("never opens a decoy, not even with the code that it stored", async () => {
    const { address } = await createUser(app);
    const { body } = await startRegistration(app, address);
    const codes = createVerificationCodes({ keyring: app.keyring });
    const mac = codes.mac({ registrationId: body.id as Id, number: 1 }, "271828");
    await app.sql`
      update identity.registration_codes set mac = ${mac} where registration_id = ${body.id}`;
    const { status, body: problem } = await verify<Problem>(app, body.id, "271828");
    expect([status, problem.code]).toEqual([422, "identity.code_wrong"]);
  });

  test("never opens a registration whose codes were not mailed", async () => {
    const email = "silent@example.org";
    for (let time = 0; time < 5; time += 1) await startRegistration(app, email);
    const { body } = await startRegistration(app, email);
    const [row] = await app.sql`
      select mailed from identity.registration_codes where registration_id = ${body.id}`;
    expect(row?.["mailed"]).toBe(false);
    for (let time = 0; time < 5; time += 1) await verify(app, body.id, `00000${time}`);
    const [after] = await app.sql`
      select attempts from identity.registration_codes where registration_id = ${body.id}`;
    expect(after?.["attempts"]).toBe(0);
  });
});

describe("verifying 50 times at once", () => {
  test("makes one user with one session; the others are told that the code is spent or the account there", async () => {
    const { id, code } = await pending(app, "fifty@example.org");
    const answers = await parallel(50, () => verify(app, id, code));
    const { 201: made, 409: taken = 0, 422: spent = 0, ...rest } = countByStatus(answers);
    expect([made, rest]).toEqual([1, {}]);
    expect(taken + spent).toBe(49);
    const codes = answers
      .filter(({ status }) => status !== 201)
      .map(({ body }) => (body as unknown as { code: string }).code);
    expect(
      new Set(codes).difference(new Set(["identity.address_taken", "identity.code_wrong"])).size,
    ).toBe(0);
    expect(await usersOf("fifty@example.org")).toBe(1);
    const [sessions] = await app.sql`
      select count(*)::int as count from identity.sessions s join identity.users u on u.id = s.user_id
      where u.address_key = 'fifty@example.org'`;
    expect(sessions?.["count"]).toBe(1);
  });

  test("over five registrations of one address makes one user", async () => {
    const email = "five.times@example.org";
    const started: { id: string; code: string }[] = [];
    for (let time = 0; time < 5; time += 1) started.push(await pending(app, email));
    const answers = await Promise.all(started.map(({ id, code }) => verify(app, id, code)));
    expect(countByStatus(answers)).toEqual({ 201: 1, 409: 4 });
    expect(await usersOf(email)).toBe(1);
  });
});

describe("an answer that is lost", () => {
  test("locks nobody out: the account is there, and the password opens it", async () => {
    const email = "lost@example.org";
    const { id, code } = await pending(app, email);
    await verify(app, id, code);
    expect((await verify(app, id, code)).status).toBe(409);
    expect((await signIn(email, goodPassword)).status).toBe(201);
  });
});

describe("bombing a mailbox", () => {
  test("is bounded whatever causes the mails: registering, asking again, or correcting other addresses into it", async () => {
    const email = "bombed@example.org";
    const { body } = await startRegistration(app, email);
    for (let round = 0; round < 4; round += 1) {
      app.clock.advance(60);
      await resend(app, body.id);
      const other = await startRegistration(app, `bomber.${round}@example.org`);
      await changeAddress(app, other.body.id, email.toUpperCase());
      await startRegistration(app, ` ${email}`);
    }
    expect(await app.mails.to(email)).toHaveLength(5);
  });
});

describe("who has an account", () => {
  test("cannot be told from how long registering, or trying a code, takes", async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        createUser(app, { address: `timed.${index}@example.org` }),
      ),
    );
    const timed = async <T>(work: () => Promise<T>) => {
      const started = performance.now();
      const result = await work();
      return { result, ms: performance.now() - started };
    };
    // The quickest: what else the machine does only makes it slower.
    const quickest = (values: readonly number[]) => Math.min(...values);
    const times = {
      start: { taken: [] as number[], free: [] as number[] },
      verify: { taken: [] as number[], free: [] as number[] },
    };
    for (let index = 0; index < 12; index += 1)
      for (const [kind, name] of [
        ["taken", "timed"],
        ["free", "untimed"],
      ] as const) {
        const start = await timed(() =>
          startRegistration<Receipt>(app, `${name}.${index}@example.org`),
        );
        times.start[kind].push(start.ms);
        for (let attempt = 0; attempt < 3; attempt += 1) {
          const tried = await timed(() => verify(app, start.result.body.id, "123456"));
          times.verify[kind].push(tried.ms);
        }
      }
    for (const { taken, free } of [times.start, times.verify]) {
      const ratio = quickest(taken) / quickest(free);
      // A hash left out, or a transaction more, is a multiple of this.
      expect(ratio).toBeGreaterThan(1 / 3);
      expect(ratio).toBeLessThan(3);
    }
  }, 180_000);
});
