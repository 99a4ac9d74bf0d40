import { afterAll, beforeAll, describe, expect, test } from "bun:test";
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
  type Hold,
} from "../../support/gbs-admin.ts";
import { expectProblem } from "../../support/http-statuses.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
let api: TestApp;
let pair: DebtPair;
let staff: DebtStaff;
beforeAll(async () => {
  api = await openDebtsApp({ clock });
  pair = await debtPair(api);
  staff = await debtStaff(api);
});
afterAll(() => api.close());

const pathOf = (id: string) => `/v1/admin/gbs/legal-holds/${id}/confirmation`;
const proposed = async () => adminVerbs(staff.admin).propose(await pair.offered());

describe("200", () => {
  test("puts it in force; the log records that, and not why", async () => {
    const { id, debtId } = await proposed();
    const { status, body } = await staff.otherAdmin.post<Hold>(pathOf(id));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ state: "in_force", possible: ["release"], confirmedBy: staff.otherAdmin.user.id },
      ...{ proposedBy: staff.admin.user.id, confirmedAt: clock.now() },
    });
    expect(await loggedOf(api, { id: debtId })).toEqual(["offered", "delivered", "held"]);
    const [entry] = await api.sql<{ entry: string }[]>`
      select entry from gbs.custody_entries where debt_id = ${debtId} and kind = 'held'`;
    expect(JSON.parse(String(entry?.entry))).toMatchObject({
      ...{ data: { hold: id }, actor: { role: "admin", id: staff.otherAdmin.user.id } },
    });
    expect(entry?.entry).not.toContain("court");
  });

  test("changes nothing that the parties can do, and what they see of the debt says nothing of it", async () => {
    const debt = await pair.offered();
    const hold = await adminVerbs(staff.admin).propose(debt);
    await adminVerbs(staff.otherAdmin).confirm(hold);
    const { custody, version, ...held } = await pair.lender.debt(debt.id);
    const { custody: _, version: __, ...before } = debt;
    expect(held).toEqual(before);
    expect([custody.length, version]).toEqual([debt.custody.length + 1, debt.version + 1]);
    expect((await pair.borrower.done(debt.id, "decline")).state).toBe("declined");
  });
});

adminRefusalsOf(() => ({ api, staff }), {
  ...{ pathOf, missing: "gbs.legal_hold_not_found", exists: proposed },
});

describe("409", () => {
  test("for whoever has proposed it, who is told what he can do", async () => {
    const { id, debtId } = await proposed();
    const { status, body } = await staff.admin.post(pathOf(id));
    expect([status, body.code, body.meta]).toEqual([
      ...[409, "gbs.not_possible_now"],
      { state: "proposed", possible: "release" },
    ]);
    expect(body.detail).toContain("another administrator");
    expect(await loggedOf(api, { id: debtId })).toEqual(["offered", "delivered"]);
  });

  test("for one in force, and for one that was dropped", async () => {
    const [one, other] = [await proposed(), await proposed()];
    await adminVerbs(staff.otherAdmin).confirm(one);
    await adminVerbs(staff.otherAdmin).release(other);
    for (const [{ id }, state] of [
      [one, "in_force"],
      [other, "dropped"],
    ] as const) {
      const { status, body } = await staff.otherAdmin.post(pathOf(id));
      expect([status, body.code, body.meta?.["state"]]).toEqual([
        ...[409, "gbs.not_possible_now", state],
      ]);
    }
  });

  test("for all but one of those at the same time", async () => {
    const { id, debtId } = await proposed();
    const third = await debtUser(api, { roles: ["admin"] });
    const answers = await Promise.all(
      [staff.otherAdmin, third, staff.admin].map((one) => one.post(pathOf(id))),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect(await loggedOf(api, { id: debtId })).toEqual(["offered", "delivered", "held"]);
  });

  test("for an administrator who is a party", async () => {
    const lender = await debtUser(api, { roles: ["admin"] });
    const { id } = expected(201, await lender.offer(offerTo(pair.borrower)));
    const hold = await adminVerbs(staff.admin).propose({ id });
    expectProblem(await lender.post(pathOf(hold.id)), 409, "gbs.own_debt");
  });
});
