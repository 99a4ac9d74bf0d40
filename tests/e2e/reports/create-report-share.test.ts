import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ReportShare } from "#modules/reports/contract";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { openShared, sharer, tokenOf } from "../../support/report-shares.ts";
import { openReportsApp } from "../../support/reports.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
let api: TestApp;
let owner: Awaited<ReturnType<typeof sharer>>;
beforeAll(async () => {
  api = await openReportsApp({ clock });
  owner = await sharer(api, { displayName: "Deniz Aydın" });
});
afterAll(() => api.close());

const mailed = (address: string) => ({ recipient: { name: "Ayşe Demir", address } });

describe("201", () => {
  test("a link of 128 bits in the fragment, in the report's language, for 14 days", async () => {
    const { status, body } = await owner.create();
    expect(status).toBe(201);
    expect(body.url).toStartWith(`${api.url}/shared-report#token=`);
    expect(tokenOf(body)).toMatch(/^[\w-]{22}$/);
    expect(body).toMatchObject({
      ...{ reportId: owner.report.id, label: null, language: owner.report.language },
      ...{ hasPassword: false, state: "open", openings: 0, lastOpenedAt: null, revokedAt: null },
    });
    expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBe(14 * 86_400_000);
  });

  test("never works longer than the files are kept", async () => {
    clock.advance(60);
    const share = await owner.share({ expiresInDays: 30 });
    expect(share.expiresAt).toEqual(owner.report.expiresAt as typeof share.expiresAt);
  });

  test("is told once: lists hold no address of it", async () => {
    const share = await owner.share({ label: "  Our accountant " });
    const { body } = await owner.get<{ items: ReportShare[] }>(
      `/v1/reports/${owner.report.id}/shares`,
    );
    const listed = body.items.find(({ id }) => id === share.id);
    expect(listed?.label).toBe("Our accountant");
    expect(JSON.stringify(body)).not.toContain(share.token);
    expect(JSON.stringify(body)).not.toContain("url");
  });

  test("mails the link, not the file, in the link's language, with the sharer's name", async () => {
    const share = await owner.share({ ...mailed("ayse@example.org"), language: "tr-TR" });
    const mail = await api.mails.newest("ayse@example.org");
    expect(mail.text).toContain("Deniz Aydın");
    expect(mail.text).toContain("Raporu aç");
    expect((await api.mails.linkFor("ayse@example.org")).href).toBe(share.url);
    expect(mail.text).not.toContain("12,50");
  });

  test("mails nobody who is not named, and nothing that the sharer wrote", async () => {
    const label = "buy at cheap shop";
    await owner.share({ ...mailed("berk@example.org"), label, language: "de-DE" });
    const mail = await api.mails.newest("berk@example.org");
    expect(mail.text).toContain("Bericht öffnen");
    expect(JSON.stringify(mail)).not.toContain(label);
  });
});

test("401 without a session", async () => {
  const answer = await api.post(`/v1/reports/${owner.report.id}/shares`, {});
  expectProblem(answer, 401, "auth.required");
});

describe("404", () => {
  test("another user's report, and one that never was", async () => {
    const other = await sharer(api);
    for (const id of [owner.report.id, owner.bookId])
      expectProblem(
        await other.post(`/v1/reports/${id}/shares`, {}),
        404,
        "reports.report_not_found",
      );
  });
});

describe("409", () => {
  test("a report that is not ready", async () => {
    const user = await sharer(api);
    const { body } = await user.request();
    expectProblem(await user.post(`/v1/reports/${body.id}/shares`, {}), 409, "reports.not_ready");
  });

  test("the 21st open link, however many are asked for at once; a revoked one makes room", async () => {
    const user = await sharer(api);
    const answers = await Promise.all(Array.from({ length: 24 }, () => user.create()));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(20);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expectProblem(answer, 409, "reports.too_many_shares");
    const [first] = answers.filter(({ status }) => status === 201);
    if (!first) throw new Error("there is no link");
    expect((await user.revoke(first.body)).status).toBe(204);
    expect((await user.create()).status).toBe(201);
  });

  test("a repeat with the same Idempotency-Key: the address was told once", async () => {
    const key = { "idempotency-key": "one-link" };
    expect((await owner.create({}, key)).status).toBe(201);
    expectProblem(await owner.create({}, key), 409, "idempotency.not_replayable");
  });
});

describe("422", () => {
  test.each([
    ["/password", { password: "seven77" }],
    ["/password", { password: "x".repeat(129) }],
    ["/label", { label: "   " }],
    ["/expiresInDays", { expiresInDays: 0 }],
    ["/expiresInDays", { expiresInDays: 31 }],
    ["/language", { language: "fr-FR" }],
    ["/recipient/name", { recipient: { name: "www.example.com", address: "a@example.org" } }],
    ["/recipient/name", { recipient: { name: "n".repeat(41), address: "a@example.org" } }],
    ["/recipient/address", { recipient: { name: "A", address: "a@x.org,b@y.org" } }],
    ["/recipient/address", { recipient: { name: "A", address: "a@x.org>" } }],
    ["/recipient/address", { recipient: { name: "A", address: "root@localhost" } }],
  ])("names %p for what is wrong with it (%#)", async (path, body) => {
    expectFaults(await owner.create(body), [path]);
  });

  test("names everything that is wrong at once", async () => {
    const recipient = { name: "http://x.example", address: "nobody" };
    expectFaults(await owner.create({ password: "short", recipient }), [
      ...["/password", "/recipient/address", "/recipient/name"],
    ]);
  });
});

describe("429", () => {
  test("the 21st link of a day that is mailed; others are made all the same", async () => {
    const user = await sharer(api);
    for (let number = 1; number <= 20; number += 1) {
      const share = await user.share(mailed(`n${number}@example.org`));
      await user.revoke(share);
    }
    const refused = await user.create(mailed("n21@example.org"));
    expectProblem(refused, 429, "limit.exceeded");
    expect(await api.mails.to("n21@example.org")).toEqual([]);
    const share = await user.share();
    expect((await openShared(api, share)).status).toBe(200);
  });
});
