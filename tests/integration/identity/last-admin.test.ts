import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Problem } from "../../support/currency-api.ts";
import { eventually } from "../../support/eventually.ts";
import { createUser, signedInUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
/** Whoever was an administrator in an earlier test is none any more. */
beforeEach(async () => {
  await api.sql`update identity.users set roles = '{user}', status = 'active'`;
});

type Client = Awaited<ReturnType<typeof signedInUser>>;
type Verb = "demote" | "suspend";
const verbs = ["demote", "suspend"] as const;
const reason = "Leaves.";
const remove = (by: Client, whom: Client, verb: Verb) =>
  verb === "demote"
    ? by.put<Problem>(`/v1/admin/users/${whom.user.id}/roles`, { roles: [], reason })
    : by.post<Problem>(`/v1/admin/users/${whom.user.id}/suspension`, { reason });

async function admins(count: number): Promise<Client[]> {
  const clients = Array.from({ length: count }, () => signedInUser(api, { roles: ["admin"] }));
  return Promise.all(clients);
}
const activeAdmins = async (): Promise<number> => {
  const [row] = await api.sql`
    select count(*)::int as admins from identity.users where status = 'active' and 'admin' = any(roles)`;
  return row?.["admins"];
};

/** Lets all of these wait for the same rows, and go on together. */
async function together<T>(work: readonly (() => Promise<T>)[]): Promise<T[]> {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun = () => {};
  const isHeld = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const holder = api.db.transact(
    { actor: { type: "system", name: "test" }, requestId: "test", operation: "test" },
    async (tx) => {
      await tx.execute(`select id from identity.users order by id for update`);
      begun();
      await held;
    },
  );
  await isHeld;
  const answers = work.map((one) => one());
  await eventually("all of them wait", async () => {
    const [row] = await api.sql`
      select count(distinct pid)::int as waiting from pg_locks where not granted
        and pid in (select pid from pg_stat_activity where datname = current_database())`;
    return row?.["waiting"] === work.length;
  });
  release();
  await holder;
  return Promise.all(answers);
}

describe("the last administrator stays", () => {
  for (const mine of verbs)
    for (const theirs of verbs)
      test(`when two remove each other at the same moment (${mine}, ${theirs})`, async () => {
        const [one, other] = await admins(2);
        if (!one || !other) throw new Error("two were asked for");
        const answers = await together([
          () => remove(one, other, mine),
          () => remove(other, one, theirs),
        ]);
        expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
        const refused = answers.find(({ status }) => status === 409);
        expect(refused?.body.code).toBe("identity.last_admin");
        expect(await activeAdmins()).toBe(1);
      });

  test("however many remove each other, in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 4 }),
        fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.constantFrom(...verbs)), {
          minLength: 2,
          maxLength: 6,
        }),
        async (count, steps) => {
          await api.sql`update identity.users set roles = '{user}', status = 'active'`;
          const clients = await admins(count);
          const asked = steps
            .map(([by, whom, verb]) => [clients[by % count], clients[whom % count], verb] as const)
            .filter(([by, whom]) => by !== whom);
          const answers = await Promise.all(
            asked.map(([by, whom, verb]) => by && whom && remove(by, whom, verb)),
          );
          for (const answer of answers) expect(answer?.status).toBeOneOf([200, 401, 403, 409]);
          expect(await activeAdmins()).toBeGreaterThan(0);
        },
      ),
      { numRuns: 15 },
    );
  }, 180_000);

  test("a suspended administrator is none, and does not count", async () => {
    const [one, other] = await admins(2);
    if (!one || !other) throw new Error("two were asked for");
    const suspended = await createUser(api, { roles: ["admin"], status: "suspended" });
    expect((await remove(one, other, "suspend")).status).toBe(200);
    const path = `/v1/admin/users/${suspended.id}/roles`;
    expect((await one.put(path, { roles: [], reason })).status).toBe(200);
    expect(await activeAdmins()).toBe(1);
  });
});
