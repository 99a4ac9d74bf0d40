import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { endSessions } from "#modules/identity/use-cases/end-sessions";
import { signIn } from "#modules/identity/use-cases/sign-in";
import { AppError } from "#platform/kernel/errors";
import { testContext } from "../../support/job-installation.ts";
import { openSessionUsers, type SessionUsers, testOrigin } from "../../support/session-users.ts";

let users: SessionUsers;
beforeAll(async () => {
  users = await openSessionUsers();
});
beforeEach(() => void users.hashed.splice(0));
afterAll(() => users.close());

const attempt = (address: string, password: string, deps: Partial<SessionUsers["deps"]> = {}) =>
  signIn({ ...users.deps, ...deps }, testContext, { email: address, password, origin: testOrigin });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: AppError) => error.code,
  );

describe("the same work is done", () => {
  test("for nobody, a suspended user, and a wrong password: one hash, one reading", async () => {
    const user = await users.addUser();
    const suspended = await users.addUser({ status: "suspended" });
    let reads = 0;
    const signIns = {
      ...users.deps.signIns,
      findByAddress: (...args: Parameters<typeof users.deps.signIns.findByAddress>) => {
        reads += 1;
        return users.deps.signIns.findByAddress(...args);
      },
    };
    for (const [address, password] of [
      [user.address, "wrong"],
      [suspended.address, "right"],
      ["nobody@example.org", "wrong"],
    ] as const) {
      users.hashed.splice(0);
      reads = 0;
      expect(await codeOf(attempt(address, password, { signIns }))).toBe(
        "identity.credentials_wrong",
      );
      expect([reads, users.hashed]).toEqual([1, ["verify"]]);
    }
  });

  test("attempts are counted before it, by address key and client, alike for everybody", async () => {
    const user = await users.addUser();
    const asked: (readonly { readonly subject: string }[])[] = [];
    const attempts = {
      ...users.deps.attempts,
      require: async (_ctx: unknown, subjects: readonly { readonly subject: string }[]) => {
        expect(users.hashed).toEqual([]);
        asked.push(subjects);
      },
    };
    await attempt(user.address.toUpperCase(), "wrong", { attempts }).catch(() => {});
    users.hashed.splice(0);
    await attempt("Nobody@EXAMPLE.org", "wrong", { attempts }).catch(() => {});
    expect(asked.map((subjects) => subjects.map(({ subject }) => subject))).toEqual([
      [user.address, "192.0.2.1"],
      ["nobody@example.org", "192.0.2.1"],
    ]);
  });
});

describe("what happens to the account while its password is checked", () => {
  /** Runs `meanwhile` after the password was found right and before the session is opened. */
  async function during(meanwhile: (userId: string) => Promise<unknown>): Promise<string> {
    const user = await users.addUser();
    const passwords = {
      ...users.deps.passwords,
      verify: async () => {
        await meanwhile(user.id);
        return true;
      },
    };
    const code = await codeOf(attempt(user.address, "right", { passwords }));
    const rows = await users.deps.sessions.list(users.deps.db.read, user.id, {
      now: users.clock.now(),
      limit: 10,
    });
    expect([code, rows.length]).toEqual([code, code === "ok" ? 1 : 0]);
    return code;
  }
  const update = (text: (userId: string) => string) => (userId: string) =>
    users.database.database.transact(testContext, async (tx) => {
      await tx.execute(text(userId));
    });

  test("a suspension that ended all sessions meets no new one", async () => {
    const code = await during(async (userId) => {
      await update((id) => `update identity.users set status = 'suspended' where id = '${id}'`)(
        userId,
      );
      await users.database.database.transact(testContext, (tx) =>
        endSessions(users.deps, tx, { userId: userId as never, reason: "suspended" }),
      );
    });
    expect(code).toBe("identity.credentials_wrong");
  });

  test("a new password makes the old one wrong, though it was right a moment ago", async () => {
    const change = update(
      (id) =>
        `update identity.credentials set password_hash = 'new', changed_at = changed_at + interval '1 ms' where user_id = '${id}'`,
    );
    expect(await during(change)).toBe("identity.credentials_wrong");
  });

  test("a second factor that was set up is not passed over", async () => {
    const enable = update(
      (id) => `update identity.users set has_second_factor = true where id = '${id}'`,
    );
    expect(await during(enable)).toBe("identity.credentials_wrong");
  });

  test("a new hash of the same password is no change", async () => {
    const rehash = update(
      (id) => `update identity.credentials set password_hash = 'other' where user_id = '${id}'`,
    );
    expect(await during(rehash)).toBe("ok");
  });
});

describe("a weak hash", () => {
  async function weak() {
    const user = await users.addUser();
    await users.database.database.transact(testContext, async (tx) => {
      await tx.execute(
        `update identity.credentials set password_hash = 'old hash of right' where user_id = '${user.id}'`,
      );
    });
    return user;
  }
  const hashOf = async (userId: string) => {
    const rows = await users.database.database.read.execute<{ hash: string }>(
      `select password_hash as hash from identity.credentials where user_id = '${userId}'`,
    );
    return rows[0]?.hash;
  };

  test("is replaced after the password was right, and only then", async () => {
    const user = await weak();
    await attempt(user.address, "wrong").catch(() => {});
    expect(await hashOf(user.id)).toBe("old hash of right");
    await attempt(user.address, "right");
    expect(await hashOf(user.id)).toBe("new hash of right");
  });

  test("stays when there is no time for another one, and the session opens", async () => {
    const user = await weak();
    const passwords = {
      ...users.deps.passwords,
      hash: async () => {
        const busy = { code: "cpu.busy", kind: "unavailable", title: "Busy" } as const;
        throw new AppError(busy, "Later.");
      },
    };
    expect(await codeOf(attempt(user.address, "right", { passwords }))).toBe("ok");
    expect(await hashOf(user.id)).toBe("old hash of right");
  });
});
