import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addSeconds } from "#platform/kernel/time";
import { appendEntries, requestDraft } from "../../support/audit-entries.ts";
import { freePort } from "../../support/free-port.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import {
  cloneDatabases,
  closeDatabases,
  openTestApp,
  type TestApp,
} from "../../support/test-app.ts";

type Activity = {
  readonly at: string;
  readonly action: string;
  readonly by: string;
  readonly status: number | null;
  readonly client: string | null;
};
type Page = { readonly items: readonly Activity[]; readonly nextCursor: string | null };

const path = "/v1/users/me/activity";
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const actorOf = ({ user }: { readonly user: { readonly id: string } }) =>
  ({ type: "user", id: user.id, sessionId: null }) as const;
const anonymous = { type: "anonymous" } as const;

describe("200", () => {
  test("what one did, what signed one in, and what others did to the account", async () => {
    const [user, other] = [await signedInUser(app), await signedInUser(app)];
    const admin = await signedInUser(app, { roles: ["admin"] });
    const at = (seconds: number) => addSeconds(app.clock.now(), seconds - 1000);
    const own = { actor: actorOf(user), client: "203.0.113.9" };
    const onUser = { targets: [user.user.id] };
    const suspension = {
      ...{ actor: actorOf(admin), operation: "suspendUser", client: "198.51.100.1" },
      route: "/v1/admin/users/:id/suspension",
    };
    const command = { type: "system", name: "command:plan:grant" } as const;
    await appendEntries(app, [
      requestDraft({ at: at(0), ...own, operation: "createBook" }),
      requestDraft({ at: at(1), ...own, operation: "createBook", status: 422, code: "x.y" }),
      requestDraft({ at: at(2), ...onUser, actor: anonymous, operation: "signIn", status: 201 }),
      requestDraft({ at: at(3), ...onUser, actor: anonymous, operation: "refreshSession" }),
      requestDraft({ at: at(4), ...onUser, ...suspension }),
      requestDraft({ at: at(5), ...onUser, ...suspension, status: 403 }),
      requestDraft({ at: at(6), ...suspension, targets: [other.user.id] }),
      requestDraft({ at: at(7), actor: actorOf(other), operation: "createBook" }),
      {
        ...{ kind: "change", at: at(8), actor: command, operation: "command:plan:grant" },
        ...{ ...onUser, table: "identity.users", attribution: "attributed" },
        data: { op: "update", before: { claims: "1" }, after: { claims: "2" } },
      },
      {
        ...{ kind: "change", at: at(9), actor: actorOf(admin), operation: "suspendUser" },
        ...{ ...onUser, table: "identity.users", attribution: "attributed" },
        data: { op: "update", before: { status: "active" }, after: { status: "suspended" } },
      },
      { kind: "request_unknown", at: at(10), actor: own.actor, operation: "closeBook", data: {} },
      requestDraft({ at: addSeconds(app.clock.now(), -91 * 86_400), ...own, operation: "old" }),
    ]);
    const { status, body } = await user.get<Page>(path);
    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        { at: at(10), action: "closeBook", by: "you", status: null, client: null },
        { at: at(8), action: "command:plan:grant", by: "system", status: null, client: null },
        { at: at(4), action: "suspendUser", by: "administrator", status: 200, client: null },
        { at: at(2), action: "signIn", by: "signed_out", status: 201, client: "192.0.2.7" },
        { at: at(1), action: "createBook", by: "you", status: 422, client: "203.0.113.9" },
        { at: at(0), action: "createBook", by: "you", status: 200, client: "203.0.113.9" },
      ],
      nextCursor: null,
    });
    expect(JSON.stringify(body)).not.toContain(admin.user.id);
  });

  test("a page at a time", async () => {
    const user = await signedInUser(app);
    const at = app.clock.now();
    const drafts = [0, 1, 2, 3, 4].map((n) =>
      requestDraft({ at, actor: actorOf(user), operation: `action${n}` }),
    );
    await appendEntries(app, drafts);
    const first = (await user.get<Page>(`${path}?limit=3`)).body;
    const rest = (await user.get<Page>(`${path}?limit=3&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...rest.items].map(({ action }) => action)).toEqual(
      [4, 3, 2, 1, 0].map((n) => `action${n}`),
    );
    expect(rest.nextCursor).toBeNull();
  });

  test("nothing for somebody new", async () => {
    const { get } = await signedInUser(app);
    expect((await get(path)).body).toEqual({ items: [], nextCursor: null });
  });
});

describe("401", () => {
  test("without a token", async () => {
    expectProblem(await app.get(path), 401, "auth.required");
  });
});
describe("405", () => {
  test("names what the list takes", () => expectOnlyMethods(app, path, ["GET", "HEAD"]));
});
describe("422", () => {
  test("for a cursor that was never given, a page that is too long, and whose it should be", async () => {
    const { get } = await signedInUser(app);
    for (const query of ["cursor=e30", "cursor=WyIwIl0", "limit=201", "user=1"])
      expect([query, (await get(`${path}?${query}`)).status]).toEqual([query, 422]);
  });
});

describe("503", () => {
  test("while LogDB is away, and nothing else is", async () => {
    const databases = await cloneDatabases();
    const nowhere = `postgres://fintrack_app:x@127.0.0.1:${freePort()}/log`;
    const away = await openTestApp({
      databases: { main: databases.main, log: { ...databases.log, appUrl: nowhere } },
    });
    try {
      const { get } = await signedInUser(away);
      expectProblem(await get(path), 503, "audit.unavailable");
      expect((await get("/v1/users/me")).status).toBe(200);
    } finally {
      await away.close();
      await closeDatabases(databases);
    }
  });
});
