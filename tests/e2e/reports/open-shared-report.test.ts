import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import {
  alike,
  fetchShared,
  guessedToken,
  openShared,
  sharer,
} from "../../support/report-shares.ts";
import { openReportsApp } from "../../support/reports.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
const password = "quiet harbour 1923";
let api: TestApp;
let owner: Awaited<ReturnType<typeof sharer>>;
beforeAll(async () => {
  api = await openReportsApp({ clock });
  owner = await sharer(api, { displayName: "Deniz Aydın" });
});
afterAll(() => api.close());

describe("200", () => {
  test("what the page shows, to whoever has the link", async () => {
    const share = await owner.share({ language: "de-DE" });
    const { status, body, headers } = await openShared(api, share);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    const { report } = owner;
    expect(body).toMatchObject({
      ...{ reportId: report.id, type: "transactions", from: "2026-09-01", to: "2026-09-30" },
      ...{ currency: "EUR", language: "de-DE", sharedBy: "Deniz Aydın", asOf: report.asOf },
      ...{ fingerprint: report.fingerprint, standing: "stands", supersession: null },
      expiresAt: share.expiresAt,
    });
    expect(body.files.map(({ format }) => format).toSorted()).toEqual(["csv", "md"]);
    for (const file of body.files)
      expect(file).toMatchObject({
        sha256: report.files.find(({ format }) => format === file.format)?.sha256 ?? "",
      });
  });

  test("says that the book has moved on, and by how much once it is counted", async () => {
    const user = await sharer(api);
    const share = await user.share();
    await user.record({
      ...{ kind: "expense", date: "2026-09-06", accountId: user.accountId, payee: "Late" },
      amount: { amount: "2.00", currency: "EUR" },
    });
    const { body } = await openShared(api, share);
    expect(body.standing).toBe("superseded");
    expect(body.supersession).toMatchObject({ transactions: null, differences: null });
    await api.runJob("reports.compare");
    expect((await openShared(api, share)).body.supersession).toMatchObject({
      ...{ transactions: 1, differences: [{ amount: "-2.00", currency: "EUR" }] },
    });
  });

  test("is counted and told to the owner, clients apart and nothing else of them", async () => {
    const share = await owner.share();
    await openShared(api, share, "198.51.100.1");
    await openShared(api, share, "198.51.100.1");
    await openShared(api, share, "198.51.100.2");
    const openings = await owner.openings(share);
    expect(openings.map(({ what }) => what)).toEqual(["page", "page", "page"]);
    expect(new Set(openings.map(({ client }) => client)).size).toBe(2);
    expect(JSON.stringify(openings)).not.toContain("198.51");
    const another = await owner.share();
    await openShared(api, another, "198.51.100.1");
    const [elsewhere] = await owner.openings(another);
    expect(openings.map(({ client }) => client)).not.toContain(elsewhere?.client ?? "");
  });

  test("opens with its password, as it is typed on any keyboard", async () => {
    const share = await owner.share({ password: "café au lait" });
    expect(share.hasPassword).toBe(true);
    const answer = await openShared(api, { token: share.token, password: "cafe\u0301 au lait" });
    expect(answer.status).toBe(200);
  });
});

describe("403", () => {
  test("without the password, and with a wrong one, which the owner sees", async () => {
    const share = await owner.share({ password });
    const without = await openShared(api, { token: share.token });
    expectProblem(without, 403, "reports.share_password_required");
    const wrong = await openShared(api, { token: share.token, password: "not this one" });
    expectProblem(wrong, 403, "reports.share_password_wrong");
    expect((await owner.openings(share)).map(({ what }) => what)).toEqual(["wrong_password"]);
  });
});

describe("404, the same whatever the reason", () => {
  test("guessed, malformed, revoked, expired, deleted, and of a suspended owner", async () => {
    const guessed = alike(await openShared(api, { token: guessedToken }));
    expect(guessed.told).toMatchObject({ code: "reports.share_not_found" });
    const seen: unknown[] = [];
    const see = async (token: string) => {
      seen.push(alike(await openShared(api, { token })));
      seen.push(alike(await fetchShared(api, { token, format: "csv" })));
    };
    await see("x");
    await see("ü".repeat(200));

    const revoked = await owner.share({ password });
    await owner.revoke(revoked);
    await see(revoked.token);

    const user = await sharer(api);
    const gone = await user.share();
    const { report } = user;
    expect((await user.remove(await user.reportOf(report.id))).status).toBe(204);
    await see(gone.token);

    const suspended = await sharer(api);
    const theirs = await suspended.share();
    await api.sql`update identity.users set status = 'suspended' where id = ${suspended.user.id}`;
    await see(theirs.token);

    const brief = await owner.share({ expiresInDays: 1 });
    clock.advance(86_400);
    await see(brief.token);
    expect(seen).toHaveLength(12);
    for (const one of seen) expect(one).toEqual(guessed);
  });

  test("as soon as the revocation was answered, also for whoever has it open", async () => {
    const user = await sharer(api);
    const share = await user.share();
    let isRevoked = false;
    const opened = Array.from({ length: 12 }, async (_, number) => {
      await Bun.sleep(number * 3);
      const wasRevoked = isRevoked;
      const { status } = await fetchShared(api, { ...share, format: "csv" });
      expect(wasRevoked ? [404] : [200, 404]).toContain(status);
      return status;
    });
    await Bun.sleep(15);
    expect((await user.revoke(share)).status).toBe(204);
    isRevoked = true;
    const statuses = await Promise.all(opened);
    const kept = (await user.openings(share)).filter(({ what }) => what === "file:csv");
    expect(kept).toHaveLength(statuses.filter((status) => status === 200).length);
    expect((await openShared(api, share)).status).toBe(404);
  });

  test("when the revocation ends while a page or a file is about to be sent, and nothing is noted", async () => {
    const user = await sharer(api);
    const share = await user.share();
    const asked = await api.sql.begin(async (tx) => {
      await tx`update reports.shares set revoked_at = ${clock.now()} where id = ${share.id}`;
      const answers = [openShared(api, share), fetchShared(api, { ...share, format: "csv" })];
      // Both have found the link open, and wait to note that it was opened.
      await eventually("both wait", async () => {
        const [row] = await tx<{ waiting: number }[]>`
          select count(distinct pid)::int as waiting
          from (select pg_stat_clear_snapshot()) anew, pg_locks join pg_stat_activity using (pid)
          where datname = current_database() and not granted`;
        return row?.waiting === answers.length;
      });
      return { answers };
    });
    for (const { status } of await Promise.all(asked.answers)) expect(status).toBe(404);
    expect(await user.openings(share)).toEqual([]);
  });
});

describe("422", () => {
  test("without a token, with one that is no text, and with what it does not know", async () => {
    const ask = (body: object) => api.post("/v1/shared-reports/openings", body);
    expectFaults(await ask({}), ["/token"]);
    expectFaults(await ask({ token: 7 }), ["/token"]);
    expectFaults(await ask({ token: "x".repeat(257) }), ["/token"]);
    expectFaults(await ask({ token: guessedToken, key: "x" }), ["/"]);
  });
});

describe("429", () => {
  beforeAll(async () => {
    owner = await sharer(api);
  });

  test("for one client after five wrong passwords; not for others, who may open it", async () => {
    const share = await owner.share({ password });
    const guess = () =>
      openShared(api, { token: share.token, password: "wrong one!" }, "192.0.2.1");
    for (let tries = 1; tries <= 5; tries += 1) await guess();
    await guess();
    expectProblem(await guess(), 429, "reports.share_tries_used_up");
    const right = { token: share.token, password };
    const refused = await openShared(api, right, "192.0.2.1");
    expectProblem(refused, 429, "reports.share_tries_used_up");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const file = await fetchShared(api, { ...right, format: "csv" }, "192.0.2.1");
    expectProblem(file, 429, "reports.share_tries_used_up");
    expect((await openShared(api, right, "192.0.2.2")).status).toBe(200);
  });

  test("never for whoever knows the password: what was tried before is forgotten", async () => {
    const share = await owner.share({ password });
    const right = { token: share.token, password };
    const wrong = { token: share.token, password: "wrong one!" };
    for (let round = 0; round < 4; round += 1) {
      for (let tries = 1; tries <= 3; tries += 1)
        expect((await openShared(api, wrong, "192.0.2.3")).status).toBe(403);
      expect((await openShared(api, right, "192.0.2.3")).status).toBe(200);
    }
  });

  test("for all clients together after fifty wrong passwords a day", async () => {
    const share = await owner.share({ password });
    const statuses: number[] = [];
    for (let round = 0; round < 14; round += 1)
      statuses.push(
        ...(
          await Promise.all(
            Array.from({ length: 4 }, (_, number) =>
              openShared(api, { token: share.token, password: `guess ${round} ${number}` }),
            ),
          )
        ).map(({ status }) => status),
      );
    expect(statuses.filter((status) => status === 403)).toHaveLength(50);
    expect(statuses.filter((status) => status === 429)).toHaveLength(6);
    clock.advance(86_400);
    expect((await openShared(api, { token: share.token, password })).status).toBe(200);
  });

  test("after 200 openings of a link in a day", async () => {
    const share = await (await sharer(api)).share();
    const answers: number[] = [];
    for (let round = 0; round < 21; round += 1)
      answers.push(
        ...(await Promise.all(Array.from({ length: 10 }, () => openShared(api, share)))).map(
          ({ status }) => status,
        ),
      );
    expect(answers.filter((status) => status === 200)).toHaveLength(200);
    expect(answers.filter((status) => status === 429)).toHaveLength(10);
    const refused = await openShared(api, share);
    expectProblem(refused, 429, "limit.exceeded");
    expectProblem(await fetchShared(api, { ...share, format: "csv" }), 429, "limit.exceeded");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});
