import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ReportType } from "#modules/reports/contract";
import { reportFormats } from "#modules/reports/domain/allowance";
import { openReportsApp, type Reporter, reporter } from "../../support/reports.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const datev = {
  ...{ consultantNumber: "29098", clientNumber: "55003" },
  ...{ fiscalYearStart: "2026-01-01", accountLength: 4 },
};
const types: readonly ReportType[] = [
  ...(["transactions", "account_statement", "budgets", "income_statement"] as const),
  ...(["cash_flow", "net_worth", "year"] as const),
];
const cells = types.flatMap((type) => reportFormats.map((format) => [type, format] as const));

let pro: TestApp;
let owner: Reporter;
/** Plans without advanced reporting. */
const plans = ["free", "plus"] as const;
const plain = new Map<string, { readonly api: TestApp; readonly user: Reporter }>();
const accounts = new Map<Reporter, string>();

/** With something for each type to tell, and numbers for DATEV. */
async function withBook(user: Reporter): Promise<void> {
  const body = { name: "Bank", kind: "checking", currency: "EUR", openingDate: "2026-01-01" };
  const opened = await user.post<{ id: string }>("/v1/accounts", { ...body, externalCode: "1800" });
  const accountId = opened.body.id;
  accounts.set(user, accountId);
  const food = { kind: "expense", name: "Food", externalCode: "4980" };
  const { body: category } = await user.post<{ id: string }>("/v1/categories", food);
  await user.record({
    ...{ kind: "expense", date: "2026-09-03", accountId, payee: "Kadıköy Fırını" },
    ...{ amount: { amount: "12.50", currency: "EUR" }, categoryId: category.id },
  });
  await user.record({
    ...{ kind: "expense", date: "2026-09-04", accountId, payee: "Unknown" },
    amount: { amount: "1.00", currency: "EUR" },
  });
}

beforeAll(async () => {
  pro = await openReportsApp();
  owner = await reporter(pro);
  await withBook(owner);
  for (const plan of plans) {
    const api = await openTestApp({ environment: { DEFAULT_PLAN: plan } });
    const user = await reporter(api);
    plain.set(plan, { api, user });
    await withBook(user);
  }
});
afterAll(async () => {
  for (const api of [pro, ...[...plain.values()].map((one) => one.api)]) await api.close();
});

const asked = (user: Reporter, type: ReportType, format: string) => ({
  ...{ type, formats: [format] },
  ...(type === "account_statement" ? { accountIds: [accounts.get(user)] } : {}),
  ...(type === "year" ? { from: "2026-01-01", to: "2026-12-31" } : {}),
  ...(format === "datev" ? { datev } : {}),
});

describe("with advanced reporting", () => {
  test.each(cells)("%s as %s is made", async (type, format) => {
    if (format === "datev" && type !== "transactions") {
      const { status, body } = await owner.request(asked(owner, type, format));
      expect([status, body.errors?.[0]?.path]).toEqual([422, "/formats"]);
      return;
    }
    const made = await owner.make(asked(owner, type, format));
    expect(made).toMatchObject({ type, state: "ready", failure: null, standing: "stands" });
    expect(made.files).toMatchObject([{ format, state: "ready", failure: null }]);
    const { response, bytes } = await owner.file(made, `files/${format}`);
    expect([response.status, bytes.byteLength]).toEqual([200, made.files[0]?.sizeBytes ?? -1]);
  });
});

describe.each(plans)("without it, on the plan %s,", (plan) => {
  test.each(cells)("%s as %s is made only as a plain file", async (type, format) => {
    const { api, user } = plain.get(plan) ?? {};
    if (!api || !user) throw new Error("nobody has this plan");
    // Ten a day are enough for anybody.
    await api.sql`delete from reports.request_counts`;
    const { status, body } = await user.request(asked(user, type, format));
    if (format === "csv" || format === "md") {
      expect(status).toBe(202);
      await user.remove(body);
    } else if (format === "datev" && type !== "transactions") expect(status).toBe(422);
    else expect([status, body.code]).toEqual([402, "reports.plan_limit_reached"]);
  });
});

describe("a DATEV file", () => {
  test("has what has numbers, in the format's code page, and says what is not in it", async () => {
    const made = await owner.make({ formats: ["datev"], datev });
    const [file] = made.files;
    expect(file?.fileName).toBe("EXTF_2026-09_Kaya_EUR.csv");
    expect(file?.warning?.code).toBe("reports.file_incomplete");
    expect(file?.warning?.detail).toContain("1 transaction is not in the file");
    expect(file?.warning?.detail).toContain('U+0131 as "i"');
    const { response, bytes } = await owner.file(made, "files/datev");
    expect(response.headers.get("content-type")).toBe("text/csv; charset=windows-1252");
    const lines = new TextDecoder("windows-1252").decode(bytes).split("\r\n");
    expect(lines[0]).toStartWith('"EXTF";700;21;"Buchungsstapel";13;');
    expect(lines[0]).toContain(';29098;55003;20260101;4;20260901;20260930;"2026-09_Kaya_EUR";');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toContain("12,50");
    expect(lines[2]).toContain("Kadiköy Firini");
  });

  test("of nothing that could be booked is none, and says what is missing", async () => {
    const user = await reporter(pro);
    await user.record({
      ...{ kind: "expense", date: "2026-09-04", accountId: await user.addAccount("EUR") },
      amount: { amount: "1.00", currency: "EUR" },
    });
    const made = await user.make({ formats: ["datev", "csv"], datev });
    const [none] = made.files;
    expect(none).toMatchObject({ state: "failed", failure: { code: "reports.no_bookings" } });
    expect(none?.failure?.detail).toContain(
      "Without an account number: Uncategorised, Account in EUR.",
    );
    const empty = await user.make({
      from: "2026-05-01",
      to: "2026-05-31",
      formats: ["datev"],
      datev,
    });
    expect(empty).toMatchObject({ state: "failed", failure: { code: "reports.no_bookings" } });
    expect(empty.failure?.detail).toContain("nothing to book");
  });
});
