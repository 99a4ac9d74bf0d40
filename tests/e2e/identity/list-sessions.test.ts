import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { encodeCursor } from "#platform/kernel/page";
import { addSeconds } from "#platform/kernel/time";
import { expectProblem } from "../../support/http-statuses.ts";
import { authorized, createUser, signedInUser, signIn } from "../../support/identity.ts";
import {
  type ListedSession,
  logIn,
  sessionsPath as path,
  refresh,
  type SessionPage,
} from "../../support/sessions-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

describe("200", () => {
  test("shows where one is signed in, and which session asks", async () => {
    const user = await createUser(app);
    const headers = {
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64)",
      "x-forwarded-for": "2001:db8:1:2:3:4:5:6",
    };
    const { body: mine } = await logIn(app, user, { headers });
    const openedAt = app.clock.now();
    app.clock.advance(60);
    await refresh(app, mine.refreshToken);
    const { status, body } = await authorized(app, mine.accessToken).get<SessionPage>(path);
    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        {
          id: mine.sessionId,
          current: true,
          device: "Mozilla/5.0 (X11; Linux x86_64)",
          client: "2001:db8:1:2::/64",
          createdAt: openedAt,
          authenticatedAt: openedAt,
          usedAt: app.clock.now(),
          expiresAt: addSeconds(app.clock.now(), 30 * 86_400),
        },
      ],
      nextCursor: null,
    });
  });

  test("pages, the newest first, each session once", async () => {
    const { user, tokens, get } = await signedInUser(app);
    for (let n = 0; n < 6; n += 1) {
      app.clock.advance(n % 2);
      await signIn(app, user);
    }
    const seen: ListedSession[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const { body } = await get<SessionPage>(`${path}?limit=3${query}`);
      seen.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(7);
    const times = seen.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().toReversed());
    const current = seen.filter((session) => session.current).map(({ id }) => id);
    expect(current).toEqual([tokens.refreshToken.slice(0, 36)]);
  });

  test("shows no session that is over, and none of others", async () => {
    const { user, get } = await signedInUser(app);
    const { body: ended } = await logIn(app, user);
    await authorized(app, ended.accessToken).delete(`${path}/current`);
    await signedInUser(app);
    expect((await get<SessionPage>(path)).body.items).toHaveLength(1);
  });

  test("shows a client that says nothing, or far too much, of itself", async () => {
    const user = await createUser(app);
    await logIn(app, user, { headers: { "user-agent": "" } });
    const { body } = await logIn(app, user, { headers: { "user-agent": "A b ".repeat(1000) } });
    const page = await authorized(app, body.accessToken).get<SessionPage>(path);
    const [long, silent] = page.body.items.map(({ device }) => device);
    expect(silent).toBe("");
    expect(long).toBe("A b ".repeat(50).trim());
  });
});

describe("401", () => {
  test("without a token", async () => {
    expectProblem(await app.get(path), 401, "auth.required");
  });
});

describe("422", () => {
  test("for a cursor that was never given, and a page that is too long", async () => {
    const { get } = await signedInUser(app);
    for (const cursor of [
      "x",
      encodeCursor(["a"]),
      encodeCursor(["2026-01-01", "b"]),
      encodeCursor(["infinity", "00000000-0000-7000-8000-000000000000"]),
      encodeCursor(["2026-01-01T00:00:00.000Z", "x"]),
    ])
      expect([cursor, (await get(`${path}?cursor=${cursor}`)).status]).toEqual([cursor, 422]);
    expect((await get(`${path}?limit=201`)).status).toBe(422);
    expect((await get(`${path}?user=1`)).status).toBe(422);
  });
});
