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
  reasonText,
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

const body = { reason: reasonText };
const pathOf = (id: string) => `/v1/admin/gbs/debts/${id}/legal-holds`;

describe("201", () => {
  test("waits for another administrator, and the parties see nothing of it", async () => {
    const debt = await pair.offered();
    const { status, body: hold } = await staff.admin.post<Hold>(pathOf(debt.id), body);
    expect(status).toBe(201);
    expect(hold).toMatchObject({
      ...{ debtId: debt.id, state: "proposed", reason: reasonText, possible: ["release"] },
      ...{ proposedBy: staff.admin.user.id, confirmedBy: null, releasedBy: null },
    });
    expect(await pair.lender.debt(debt.id)).toEqual(debt);
    expect(await loggedOf(api, debt)).toEqual(["offered", "delivered"]);
  });

  test("once, for repeats with the same Idempotency-Key", async () => {
    const { id } = await pair.offered();
    const key = { "idempotency-key": "hold-1" };
    const first = await staff.admin.post(pathOf(id), body, key);
    const again = await staff.admin.post(pathOf(id), body, key);
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
  });

  test("again, after the one before was dropped or released", async () => {
    const debt = await pair.offered();
    const [one, other] = [adminVerbs(staff.admin), adminVerbs(staff.otherAdmin)];
    await one.release(await one.propose(debt));
    const hold = await one.propose(debt);
    await other.confirm(hold);
    await one.release(hold);
    await other.confirmRelease(hold);
    expect((await one.propose(debt)).state).toBe("proposed");
  });
});

adminRefusalsOf(() => ({ api, staff }), {
  ...{ pathOf, body, missing: "gbs.debt_not_found" },
  exists: () => pair.offered(),
});

describe("409", () => {
  test("for a debt with a hold that is proposed or in force, also at the same time", async () => {
    const { id } = await pair.offered();
    const answers = await Promise.all(
      [staff.admin, staff.otherAdmin].map((one) => one.post<Hold>(pathOf(id), body)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expectProblem(await staff.admin.post(pathOf(id), body), 409, "gbs.hold_exists");
    const proposed = answers.find(({ status }) => status === 201)?.body;
    const isOwn = proposed?.proposedBy === staff.admin.user.id;
    await adminVerbs(isOwn ? staff.otherAdmin : staff.admin).confirm({ id: String(proposed?.id) });
    expectProblem(await staff.admin.post(pathOf(id), body), 409, "gbs.hold_exists");
  });

  test("for an administrator who is a party", async () => {
    const lender = await debtUser(api, { roles: ["admin"] });
    const { id } = expected(201, await lender.offer(offerTo(pair.borrower)));
    expectProblem(await lender.post(pathOf(id), body), 409, "gbs.own_debt");
  });
});
