import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { pending, resend, startRegistration, verify } from "../../support/registering.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const purge = () => app.runJob("identity.purge_registrations");
const kept = async (): Promise<string[]> =>
  (await app.sql`select id from identity.registrations order by id`).map(({ id }) => id);
const codes = async (): Promise<number> => {
  const [row] = await app.sql`select count(*)::int as codes from identity.registration_codes`;
  return row?.["codes"];
};

describe("forgetting registrations", () => {
  test("leaves those that can still get a code, and takes the others with their codes and hashes", async () => {
    const { body: old } = await startRegistration(app, "old@example.org");
    const done = await pending(app, "done@example.org");
    await verify(app, done.id, done.code);
    app.clock.advance(3600);
    const { body: renewed } = await startRegistration(app, "renewed@example.org");
    await purge();
    expect(await kept()).toEqual([old.id, done.id, renewed.id].toSorted());
    app.clock.advance(601);
    expect((await resend(app, renewed.id)).status).toBe(202);
    await purge();
    expect(await kept()).toEqual([renewed.id]);
    expect(await codes()).toBe(2);
    app.clock.advance(4201);
    await purge();
    expect([await kept(), await codes()]).toEqual([[], 0]);
    const [user] = await app.sql`select count(*)::int as users from identity.users`;
    expect(user?.["users"]).toBe(1);
  });

  test("takes more of them than fit into one transaction", async () => {
    await app.sql`
      insert into identity.registrations (id, address, address_key, display_name, password_hash, locale,
        time_zone, base_currency, terms_version, decoy, created_at, expires_at)
      select gen_random_uuid(), 'a@example.org', 'a@example.org', 'A', 'h', 'en', 'UTC', 'USD', '1', false,
        '2026-01-01T00:00:00Z', '2026-01-01T00:10:00Z' from generate_series(1, 2500)`;
    await purge();
    expect(await kept()).toEqual([]);
  });

  test("ends early when it is told to stop", async () => {
    await startRegistration(app, "stopped@example.org");
    app.clock.advance(86_400);
    await app.runJob("identity.purge_registrations", {}, AbortSignal.abort());
    expect(await kept()).toHaveLength(1);
  });
});
