import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Debt } from "#modules/gbs/contract";
import { dossierOf } from "../../support/custody-api.ts";
import {
  type DebtPair,
  debtPair,
  debtUser,
  expected,
  loggedOf,
  offerTo,
  openDebtsApp,
} from "../../support/gbs.ts";
import {
  adminRefusalsOf,
  adminVerbs,
  type DebtStaff,
  debtStaff,
  type Report,
  reasonText,
} from "../../support/gbs-admin.ts";
import { expectFaults, expectProblem } from "../../support/http-statuses.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
let api: TestApp;
let staff: DebtStaff;
beforeAll(async () => {
  api = await openDebtsApp({ clock });
  staff = await debtStaff(api);
});
afterAll(() => api.close());

const pathOf = (id: string) => `/v1/admin/gbs/abuse-reports/${id}/resolution`;
const said = { reason: "Insults me." };
async function reported(made?: (pair: DebtPair) => Promise<Debt>) {
  const pair = await debtPair(api);
  const debt = await (made?.(pair) ?? pair.offered());
  const path = `/v1/debts/${debt.id}/abuse-reports`;
  const report = expected(201, await pair.borrower.post<Report>(path, said));
  return { pair, debt, report };
}
const words = "Deposit for the flat";
type Log = { items: { kind: string; text: string; values: { name: string; value: string }[] }[] };
const logOf = async (user: DebtPair["lender"], { id }: Debt) =>
  (await user.get<Log>(`/v1/debts/${id}/custody`)).body.items;

describe("200", () => {
  test("dismissed: who decided it, and why, is kept; the debt stays as it was", async () => {
    const { pair, debt, report } = await reported();
    const resolved = await adminVerbs(staff.admin).resolve(report, "dismiss");
    expect(resolved).toMatchObject({
      ...{ id: report.id, state: "resolved" },
      resolution: {
        ...{ action: "dismissed", reason: reasonText },
        ...{ by: staff.admin.user.id, at: clock.now() },
      },
    });
    await api.mails.run();
    expect(await pair.lender.debt(debt.id)).toEqual(debt);
    expect(await loggedOf(api, debt)).toEqual(["offered", "delivered"]);
    expect(await api.mails.to(pair.lender.user.address)).toEqual([]);
    // It can be reported again.
    await pair.borrower.done(debt.id, "abuse-reports", said);
  });

  test("hidden: nobody reads the description any more, and the log says that it was hidden", async () => {
    const { pair, debt, report } = await reported();
    await adminVerbs(staff.admin).resolve(report, "hide_text");
    await api.mails.run();
    for (const user of [pair.lender, pair.borrower]) {
      const seen = await user.get<Debt>(`/v1/debts/${debt.id}`);
      expect(seen.body).toMatchObject({ textHidden: true, terms: { description: "" } });
      const log = await logOf(user, debt);
      expect(log.map(({ kind }) => kind)).toEqual(["offered", "delivered", "text_hidden"]);
      expect(JSON.stringify([seen.body, log])).not.toContain(words);
      expect(log[0]?.text).toContain('"description":{"sha256":"');
      expect(log[0]?.values.map(({ name }) => name)).toEqual(["borrowerAddress"]);
      // Nothing in the zip is compressed: a text in it would be found.
      expect((await dossierOf(api, user, debt)).includes(words)).toBe(false);
      const { actor } = JSON.parse(String(log[2]?.text));
      expect(actor).toEqual({ role: "admin", id: staff.admin.user.id });
    }
    const [mail] = await api.mails.to(pair.lender.user.address);
    expect(mail?.text).toContain(`3:${(await pair.lender.debt(debt.id)).custody.hash}`);
    expect(mail?.text).not.toContain(words);
  });

  test("hidden: also in the list, in messages, and in terms that are proposed or agreed later", async () => {
    const { pair, debt, report } = await reported((made) => made.active());
    await adminVerbs(staff.admin).resolve(report, "hide_text");
    const { openAmendment } = await pair.lender.done(debt.id, "amendments", {
      ...{ amount: debt.terms.amount, description: "Once more", reason: "x", dueOn: "2026-11-01" },
    });
    expect(openAmendment?.terms.description).toBe("");
    await pair.borrower.done(debt.id, `amendments/${openAmendment?.id}/acceptance`);
    await api.mails.run();
    for (const user of [pair.lender, pair.borrower]) {
      const bodies = [
        (await user.get("/v1/debts")).body,
        (await user.get(`/v1/debts/${debt.id}/amendments`)).body,
        await logOf(user, debt),
      ];
      expect(JSON.stringify(bodies)).not.toMatch(/Deposit for|Once more/);
    }
    const mails = await api.mails.to(pair.borrower.user.address);
    expect(mails.filter(({ text }) => text.includes("Once more"))).toEqual([]);
  });

  test("hidden once: a second report of the same text records nothing more", async () => {
    const { pair, debt, report } = await reported();
    await adminVerbs(staff.admin).resolve(report, "hide_text");
    const path = `/v1/debts/${debt.id}/abuse-reports`;
    const second = expected(201, await pair.borrower.post<Report>(path, said));
    await adminVerbs(staff.admin).resolve(second, "hide_text");
    await api.mails.run();
    expect((await loggedOf(api, debt)).filter((kind) => kind === "text_hidden")).toHaveLength(1);
    expect(await api.mails.to(pair.lender.user.address)).toHaveLength(1);
  });

  test("blocked: offers of this lender do not reach this borrower, and nobody is told", async () => {
    const { pair, debt, report } = await reported();
    await adminVerbs(staff.admin).resolve(report, "block_pair");
    const later = expected(201, await pair.lender.offer(offerTo(pair.borrower)));
    await api.mails.run();
    expect((await pair.borrower.get<{ items: Debt[] }>("/v1/debts")).body.items).toEqual([]);
    expect(await pair.lender.debt(debt.id)).toEqual(debt);
    expect((await pair.lender.debt(later.id)).state).toBe("offered");
    expect(await api.mails.to(pair.borrower.user.address)).toHaveLength(1);
    expect(await api.mails.to(pair.lender.user.address)).toEqual([]);
    const { body } = await pair.borrower.get<{ items: unknown[] }>("/v1/debt-blocks");
    expect(body.items).toHaveLength(1);
  });

  test("blocked by the borrower himself before: the report ends all the same", async () => {
    const { pair, debt, report } = await reported();
    await pair.borrower.done(debt.id, "block");
    expect((await adminVerbs(staff.admin).resolve(report, "block_pair")).state).toBe("resolved");
  });
});

adminRefusalsOf(() => ({ api, staff }), {
  ...{ pathOf, body: { action: "dismiss", reason: reasonText } },
  missing: "gbs.abuse_report_not_found",
  exists: async () => (await reported()).report,
});

describe("409", () => {
  test("for what is resolved, also by two administrators at the same time", async () => {
    const { debt, report } = await reported();
    const body = { action: "hide_text", reason: reasonText };
    const answers = await Promise.all(
      [staff.admin, staff.otherAdmin, staff.admin].map((one) => one.post(pathOf(report.id), body)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const again = await staff.admin.post(pathOf(report.id), body);
    expectProblem(again, 409, "gbs.not_possible_now");
    expect((await loggedOf(api, debt)).at(-1)).toBe("text_hidden");
    expect(await loggedOf(api, debt)).toHaveLength(3);
  });

  test("for an administrator who is a party", async () => {
    const borrower = await debtUser(api, { roles: ["admin"] });
    const lender = await debtUser(api);
    const { id } = expected(201, await lender.offer(offerTo(borrower)));
    await api.mails.run();
    const report = await borrower.post<Report>(`/v1/debts/${id}/abuse-reports`, said);
    const body = { action: "block_pair", reason: reasonText };
    expectProblem(await borrower.post(pathOf(report.body.id), body), 409, "gbs.own_debt");
  });
});

describe("422 for an action", () => {
  test.each([[undefined], ["delete"]])("that is %p", async (action) => {
    const { report } = await reported();
    const answer = await staff.admin.post(pathOf(report.id), { action, reason: reasonText });
    expectFaults(answer, ["/action"]);
  });
});
