import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Report } from "#modules/reports/contract";
import {
  openReportsApp,
  type Problem,
  type Reporter,
  reporter,
  runReportJobs,
  september,
} from "../../support/reports.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let free: TestApp;
let user: Reporter;
beforeAll(async () => {
  [api, free] = await Promise.all([openReportsApp(), openTestApp()]);
  user = await reporter(api, { displayName: "Ayşe Yılmaz" });
});
afterAll(async () => {
  await Promise.all([api.close(), free.close()]);
});
const datev = {
  ...{ consultantNumber: "29098", clientNumber: "55003" },
  ...{ fiscalYearStart: "2026-01-01", accountLength: 4 },
};
const pathsOf = ({ errors = [] }: Problem) => errors.map(({ path }) => path);

describe("POST /v1/reports answers 202", () => {
  test("with the report as it is queued, and where to ask for it", async () => {
    const { status, headers, body } = await user.request({ formats: ["xlsx", "pdf"] });
    expect(status).toBe(202);
    expect(headers.get("location")).toBe(`/v1/reports/${body.id}`);
    expect(headers.get("etag")).toBe('"1"');
    expect(body).toMatchObject({
      ...{ bookId: user.bookId, type: "transactions", from: "2026-09-01", to: "2026-09-30" },
      ...{ accountIds: null, currency: "EUR", rateSource: "market", formats: ["xlsx", "pdf"] },
      ...{ state: "queued", progress: 0, fingerprint: null, files: [], standing: null },
      ...{ scheduleId: null, createdBy: user.user.id, version: 1 },
    });
    await runReportJobs(api);
    const made = await user.reportOf(body.id);
    expect(made.state).toBe("ready");
    expect(made.files.map(({ fileName }) => fileName)).toEqual([
      "2026-09_Yilmaz_EUR.xlsx",
      "2026-09_Yilmaz_EUR.pdf",
    ]);
  });

  test("and takes what is left out from the book and the user's settings", async () => {
    const german = await reporter(api, { locale: "de-AT" });
    const { body } = await german.request({ currency: undefined, rateSource: undefined });
    expect(body).toMatchObject({
      ...{ currency: "TRY", rateSource: "market", language: "de-DE" },
      timeZone: "Europe/Istanbul",
    });
  });

  test("once for one Idempotency-Key", async () => {
    const key = { "idempotency-key": "september" };
    const [first, again] = [await user.request({}, key), await user.request({}, key)];
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.headers.get("location")).toBe(`/v1/reports/${first.body.id}`);
    expect((await user.request({ to: "2026-09-29" }, key)).status).toBe(422);
  });

  test("for a book that the user may only read", async () => {
    const [owner, viewer] = [await reporter(api), await reporter(api)];
    await owner.share(viewer, "viewer");
    const { status, body } = await viewer.request({ bookId: owner.bookId });
    expect([status, body.bookId, body.createdBy]).toEqual([202, owner.bookId, viewer.user.id]);
  });
});

describe("POST /v1/reports answers 402", () => {
  test("for formats that the plan does not include: which, what there is, and the way out", async () => {
    const plain = await reporter(free);
    for (const format of ["pdf", "docx", "xlsx", "xml", "datev"]) {
      const settings = format === "datev" ? { datev } : {};
      const { status, body } = await plain.request({ formats: ["csv", format], ...settings });
      expect([format, status, body.code]).toEqual([format, 402, "reports.plan_limit_reached"]);
      expect(body.meta).toEqual({
        ...{ plan: "free", formats: "md,csv", missing: format },
        wayOut: "GET /v1/billing/plans",
      });
    }
    expect((await plain.request({ formats: ["csv", "md"] })).status).toBe(202);
  });

  test("when the plan keeps no more: the limit, the usage, and two ways out", async () => {
    let plain = await reporter(free);
    for (let day = 0; day < 2; day += 1) {
      for (let report = 0; report < 10; report += 1)
        expect((await plain.request()).status).toBe(202);
      free.clock.advance(86_400);
      plain = await plain.again();
    }
    const { status, body } = await plain.request();
    expect([status, body.code]).toEqual([402, "reports.plan_limit_reached"]);
    expect(body.meta).toEqual({
      ...{ plan: "free", limit: 20, used: 20 },
      wayOut: "DELETE /v1/reports/{id}; GET /v1/billing/plans",
    });
    const { items } = (await plain.get<{ items: Report[] }>("/v1/reports?limit=1")).body;
    if (items[0]) await plain.remove(items[0]);
    expect((await plain.request()).status).toBe(202);
  });
});

describe("POST /v1/reports answers 404", () => {
  test("for another user's book, and for one that is not there", async () => {
    const other = await reporter(api);
    for (const bookId of [other.bookId, user.user.id])
      expect((await user.request({ bookId })).body.code).toBe("reports.book_not_found");
  });
});

describe("POST /v1/reports answers 409", () => {
  test("when more would be kept than any plan has room for", async () => {
    const busy = await reporter(api);
    const { id } = (await busy.request()).body;
    await api.sql`
      insert into reports.reports select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).*
      from reports.reports r, generate_series(1, 499) where r.id = ${id}`;
    const { status, body } = await busy.request();
    expect([status, body.code]).toEqual([409, "reports.too_many_kept"]);
    expect(body.meta).toMatchObject({ limit: 500, used: 500, wayOut: "DELETE /v1/reports/{id}" });
  });
});

describe("POST /v1/reports answers 422", () => {
  test.each<[string, object, readonly string[]]>([
    ["an unknown type", { type: "balance_sheet" }, ["/type"]],
    ["an unknown format", { formats: ["odt"] }, ["/formats/0"]],
    ["a format twice", { formats: ["csv", "csv"] }, ["/formats"]],
    ["eight formats", { formats: Array(8).fill("csv") }, ["/formats"]],
    ["days the wrong way round", { from: "2026-10-01" }, ["/from"]],
    ["a day that is none", { to: "2026-09-31" }, ["/to"]],
    ["more than five years", { from: "2020-09-01" }, ["/to"]],
    [
      "a year of eleven months",
      { type: "year", from: "2026-01-01", to: "2026-11-30" },
      ["/from", "/to"],
    ],
    ["a currency that is none", { currency: "QQQ" }, ["/currency"]],
    [
      "a zone that is none, and a day that is too late",
      { timeZone: "x", to: "2200-01-01" },
      ["/timeZone", "/to"],
    ],
    ["a statement without an account", { type: "account_statement" }, ["/accountIds"]],
    [
      "budgets of an account",
      { type: "budgets", accountIds: ["01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"] },
      ["/accountIds"],
    ],
    ["DATEV without settings", { formats: ["datev"] }, ["/datev"]],
    ["settings without DATEV", { datev }, ["/datev"]],
    ["DATEV of a cash flow", { type: "cash_flow", formats: ["datev"], datev }, ["/formats"]],
    [
      "DATEV in a currency that it does not have",
      { formats: ["datev"], datev, currency: "BTC" },
      ["/currency"],
    ],
    ["DATEV over two fiscal years", { formats: ["datev"], datev, from: "2025-12-01" }, ["/from"]],
    ["a field that there is not", { format: "csv" }, ["/"]],
  ])("for %s, and names it", async (_what, asked, paths) => {
    const { status, body } = await user.request(asked);
    expect([status, pathsOf(body)]).toEqual([422, [...paths]]);
  });

  test("for an account of another user exactly as for one that never was", async () => {
    const other = await reporter(api);
    const theirs = await other.addAccount("EUR");
    const own = await user.addAccount("EUR");
    const asked = async (id: string) => {
      const { status, body } = await user.request({ accountIds: [own, id] });
      const { requestId: _, ...problem } = body as Problem & { requestId?: string };
      return { status, problem };
    };
    const [foreign, unknown] = [await asked(theirs), await asked(user.user.id)];
    expect([foreign.status, pathsOf(foreign.problem)]).toEqual([422, ["/accountIds"]]);
    expect(foreign).toEqual(unknown);
  });

  test("for what is no body at all", async () => {
    expect((await user.post("/v1/reports", [])).status).toBe(422);
    expect((await user.post("/v1/reports", { ...september(), formats: [] })).status).toBe(422);
  });
});

describe("POST /v1/reports answers 429", () => {
  test("beyond so many a day, and says when the next day begins; deleting gives none back", async () => {
    free.clock.set("2026-11-01T18:00:00.000Z");
    const plain = await reporter(free);
    for (let report = 0; report < 10; report += 1) {
      const { body } = await plain.request();
      await plain.remove(body);
    }
    const { status, headers, body } = await plain.request();
    expect([status, body.code]).toEqual([429, "reports.too_many_reports"]);
    expect(body.meta).toEqual({ plan: "free", limit: 10, used: 10 });
    const wait = Number(headers.get("retry-after"));
    expect(wait).toBe(6 * 3_600 + 1);
    free.clock.advance(wait);
    expect((await (await plain.again()).request()).status).toBe(202);
  });
});
