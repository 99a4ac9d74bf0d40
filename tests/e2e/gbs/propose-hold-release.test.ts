import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DebtPair, debtPair, loggedOf, openDebtsApp } from "../../support/gbs.ts";
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
const pathOf = (id: string) => `/v1/admin/gbs/legal-holds/${id}/release`;
const proposed = async () => adminVerbs(staff.admin).propose(await pair.offered());
const inForce = async () => adminVerbs(staff.otherAdmin).confirm(await proposed());

describe("200", () => {
  test("it holds until another administrator confirms", async () => {
    const { id, debtId } = await inForce();
    const { status, body: hold } = await staff.admin.post<Hold>(pathOf(id), body);
    expect(status).toBe(200);
    expect(hold).toMatchObject({
      ...{ state: "release_proposed", possible: [], releaseReason: reasonText },
      ...{ releaseProposedBy: staff.admin.user.id, releasedBy: null },
    });
    expect((await loggedOf(api, { id: debtId })).at(-1)).toBe("held");
  });

  test.each(["admin", "otherAdmin"] as const)(
    "one that is not in force ends at once, by whom it was proposed or not: %s",
    async (who) => {
      const { id, debtId } = await proposed();
      const { body: hold } = await staff[who].post<Hold>(pathOf(id), body);
      expect(hold).toMatchObject({
        ...{ state: "dropped", possible: [], releasedBy: staff[who].user.id },
      });
      expect(await loggedOf(api, { id: debtId })).toEqual(["offered", "delivered"]);
    },
  );
});

adminRefusalsOf(() => ({ api, staff }), {
  ...{ pathOf, body, missing: "gbs.legal_hold_not_found", exists: inForce },
});

describe("409", () => {
  test("for one whose release is proposed, for one that is released or dropped", async () => {
    const hold = await inForce();
    await adminVerbs(staff.admin).release(hold);
    expectProblem(await staff.otherAdmin.post(pathOf(hold.id), body), 409, "gbs.not_possible_now");
    await adminVerbs(staff.otherAdmin).confirmRelease(hold);
    const answer = await staff.admin.post(pathOf(hold.id), body);
    expect([answer.status, answer.body.meta]).toEqual([409, { state: "released", possible: "" }]);
    const dropped = await adminVerbs(staff.admin).release(await proposed());
    expectProblem(await staff.admin.post(pathOf(dropped.id), body), 409, "gbs.not_possible_now");
  });

  test("for all but one of those at the same time", async () => {
    const { id } = await inForce();
    const answers = await Promise.all(
      [staff.admin, staff.otherAdmin].map((one) => one.post(pathOf(id), body)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });
});
