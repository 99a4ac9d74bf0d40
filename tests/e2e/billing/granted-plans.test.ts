import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { parseConnection } from "#platform/db/connection";
import { systemContext } from "#platform/kernel/context";
import { addSeconds } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import type { OwnPlan, PlanList } from "../../support/billing-api.ts";
import { eventually } from "../../support/eventually.ts";
import { authorized, createUser, signedInUser, type TestUser } from "../../support/identity.ts";
import { runJobs } from "../../support/run-jobs.ts";
import { openTestApp, type TestApp, type TestAppOptions } from "../../support/test-app.ts";

type Tokens = { readonly accessToken: string; readonly refreshToken: string };

const opened: TestApp[] = [];
const open = async (options: TestAppOptions = {}) => {
  const app = await openTestApp(options);
  opened.push(app);
  return app;
};
let app: TestApp;
beforeAll(async () => {
  app = await open();
});
afterEach(async () => {
  for (const other of opened.splice(1).toReversed()) await other.close();
});
afterAll(() => app.close());

const planOn = async (node: TestApp, { id }: TestUser) => {
  const ctx = systemContext("test", systemIds.next());
  const [entitled] = await node.app.ports.billing.entitlementsOf(ctx, { userIds: [id] });
  return entitled?.plan;
};
/** What a later service reads in a token. */
const planIn = ({ accessToken }: Tokens): string =>
  JSON.parse(atob((accessToken.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")))
    .plan;
const isTaken = async (node: TestApp, { accessToken }: Tokens) =>
  (await authorized(node, accessToken).get("/v1/billing/plan")).status === 200;
const login = async (node: TestApp, user: TestUser) => {
  const credentials = { email: user.address, password: user.password };
  const { status, body } = await node.post<Tokens>("/v1/auth/sessions", credentials);
  expect(status).toBe(201);
  return body;
};
const refresh = async (node: TestApp, { refreshToken }: Tokens) =>
  (await node.post<Tokens>("/v1/auth/tokens", { refreshToken })).body;
const work = (node: TestApp, delayed = false) =>
  runJobs({
    connection: parseConnection(node.databases.main.appUrl),
    registry: node.registry,
    delayed,
  });

describe("plan:grant", () => {
  test("gives a plan to whom an address belongs, and tells him", async () => {
    const { user, get } = await signedInUser(app);
    const { code, lines } = await app.runCommand(
      ...["plan:grant", user.address.toUpperCase().replace("USER-", "user-"), "plus", "30"],
      ...["thank", "you"],
    );
    const until = addSeconds(app.clock.now(), 30 * 86_400);
    expect([code, lines]).toEqual([0, [`granted Plus until ${until}`]]);
    expect((await get<OwnPlan>("/v1/billing/plan")).body).toMatchObject({ plan: "plus", until });
    const mail = await app.mails.newest(user.address);
    expect(mail.subject).toContain("Plus");
    expect(mail.text).toContain("thank you");
  });

  test.each([
    ["no plan", ["a@example.org"]],
    ["no reason", ["a@example.org", "plus", "30"]],
    ["days in words", ["a@example.org", "plus", "thirty", "why"]],
    ["days in hexadecimal", ["a@example.org", "plus", "0x10", "why"]],
  ])("with %s says how it is called", async (_, args) => {
    const { code, lines } = await app.runCommand("plan:grant", ...args);
    expect([code, lines[1]]).toEqual([64, expect.stringContaining("usage: bun run plan:grant")]);
  });

  test("says in a line what is wrong, and gives nothing", async () => {
    const { user } = await signedInUser(app);
    const said = async (...args: readonly string[]) => {
      const { code, lines } = await app.runCommand("plan:grant", ...args);
      expect(code).toBe(1);
      return lines.join("\n");
    };
    expect(await said("nobody@example.org", "plus", "3", "why")).toBe("Nobody has this address.");
    expect(await said("not an address", "plus", "3", "why")).toBe("Nobody has this address.");
    expect(await said(user.address, "free", "3", "why")).toStartWith("plan: ");
    expect(await said(user.address, "plus", "367", "why")).toStartWith("days: ");
    expect(await said(user.address, "plus", "3", " ")).toStartWith("reason: ");
    expect(await said(user.address, "plus", "3", "x".repeat(501))).toStartWith("reason: ");
    expect(await planOn(app, user)).toBe("free");
  });
});

describe("plan:revoke", () => {
  test("ends what was given, and tells him; twice is an error", async () => {
    const { user } = await signedInUser(app);
    for (const plan of ["plus", "pro"])
      await app.runCommand("plan:grant", user.address, plan, "30", "why");
    const revoke = () => app.runCommand("plan:revoke", user.address, "not", "any", "more");
    expect(await revoke()).toEqual({ code: 0, lines: ["revoked Pro and 1 more"] });
    expect(await planOn(app, user)).toBe("free");
    expect((await app.mails.newest(user.address)).subject).toContain("Pro");
    expect(await revoke()).toEqual({ code: 1, lines: ["The user has no active grant."] });
  });

  test("says how it is called", async () => {
    const { code, lines } = await app.runCommand("plan:revoke", "a@example.org");
    expect([code, lines[1]]).toEqual([
      64,
      expect.stringContaining("usage: bun run plan:revoke <email> <reason...>"),
    ]);
  });
});

describe("tokens", () => {
  test("that claim the old plan end when one is granted, ends or is revoked; new ones claim the new", async () => {
    const user = await createUser(app);
    let tokens = await login(app, user);
    const replaced = async (plan: string, delayed = false) => {
      expect(await isTaken(app, tokens)).toBe(true);
      await work(app, delayed);
      await eventually("the old token is refused", async () => !(await isTaken(app, tokens)));
      tokens = await refresh(app, tokens);
      expect([planIn(tokens), await isTaken(app, tokens)]).toEqual([plan, true]);
    };
    expect(planIn(tokens)).toBe("free");
    await app.runCommand("plan:grant", user.address, "pro", "1", "why");
    await replaced("pro");

    app.clock.advance(86_400 - 600);
    tokens = await refresh(app, tokens);
    expect(planIn(tokens)).toBe("pro");
    app.clock.advance(600);
    expect(await planOn(app, user)).toBe("free");
    await replaced("free", true); // the job that waited for this moment

    await app.runCommand("plan:grant", user.address, "plus", "1", "why");
    await replaced("plus");
    await app.runCommand("plan:revoke", user.address, "why");
    await replaced("free");
  }, 180_000);
});

describe("other nodes", () => {
  test("know of a grant and of its revocation within seconds, without being asked to look", async () => {
    const other = await open({ databases: app.databases, clock: app.clock });
    const user = await createUser(app);
    expect(await planOn(other, user)).toBe("free");
    await app.runCommand("plan:grant", user.address, "pro", "5", "why");
    await eventually("it was heard", async () => (await planOn(other, user)) === "pro", 5_000);
    await app.runCommand("plan:revoke", user.address, "why");
    await eventually("it was heard", async () => (await planOn(other, user)) === "free", 5_000);
  });

  test("that hear nothing any more look for themselves after ten seconds, and at once for a token", async () => {
    const deaf = await open({ databases: app.databases, clock: app.clock, started: false });
    const user = await createUser(app);
    expect(await planOn(deaf, user)).toBe("free");
    await app.runCommand("plan:grant", user.address, "pro", "5", "why");
    expect(await planOn(deaf, user)).toBe("free");
    expect(planIn(await login(deaf, user))).toBe("pro");
    app.clock.advance(10);
    expect(await planOn(deaf, user)).toBe("pro");
  });
});

describe("DEFAULT_PLAN", () => {
  test("is what everybody has; who was given more has more", async () => {
    const generous = await open({ environment: { DEFAULT_PLAN: "plus" } });
    const { user, get } = await signedInUser(generous);
    const mine = async () => (await get<OwnPlan>("/v1/billing/plan")).body;
    expect(await mine()).toMatchObject({ plan: "plus", accountsMax: null, source: "default" });
    await generous.runCommand("plan:grant", user.address, "plus", "5", "no gain");
    expect(await mine()).toMatchObject({ plan: "plus", source: "default", until: null });
    await generous.runCommand("plan:grant", user.address, "pro", "5", "a gain");
    expect(await mine()).toMatchObject({ plan: "pro", source: "granted" });
    expect(planIn(await login(generous, user))).toBe("pro");
  });
});

describe("the original let every signed-in user make plans cheaper and take them", () => {
  test("no request of a user or an administrator changes a plan or what it costs", async () => {
    const before = (await app.get<PlanList>("/v1/billing/plans")).body;
    const bodies = [{ plan: "pro" }, { pricePerMonth: { amount: "0.00", currency: "USD" } }];
    for (const roles of [[], ["admin" as const]]) {
      const { user, tokens } = await signedInUser(app, { roles });
      const paths = ["plans", "plans/pro", "plan", "grants", `grants/${user.id}`];
      for (const path of paths)
        for (const method of ["POST", "PUT", "PATCH", "DELETE"])
          for (const body of bodies) {
            const { status } = await app.request(`/v1/billing/${path}`, {
              method,
              headers: {
                authorization: `Bearer ${tokens.accessToken}`,
                "content-type": "application/json",
              },
              body: JSON.stringify(body),
            });
            expect([404, 405]).toContain(status);
          }
      expect(await planOn(app, user)).toBe("free");
    }
    expect((await app.get<PlanList>("/v1/billing/plans")).body).toEqual(before);
  });

  test("of all routes, those of billing only read", () => {
    const routes = app.app.routes.filter(({ path }) => /billing|plan/.test(path));
    expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      "GET /v1/billing/plan",
      "GET /v1/billing/plans",
    ]);
  });
});
