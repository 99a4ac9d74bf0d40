import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DebtPair, debtPair, loggedOf, openDebtsApp } from "../../support/gbs.ts";
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

const pathOf = (id: string) => `/v1/admin/gbs/legal-holds/${id}/release-confirmation`;
const inForce = async () => {
  const hold = await adminVerbs(staff.admin).propose(await pair.offered());
  return adminVerbs(staff.otherAdmin).confirm(hold);
};
const releasing = async () => adminVerbs(staff.admin).release(await inForce());

describe("200", () => {
  test("the debt is not held any more; the log records it", async () => {
    const { id, debtId } = await releasing();
    const { status, body } = await staff.otherAdmin.post<Hold>(pathOf(id));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ state: "released", possible: [], releasedBy: staff.otherAdmin.user.id },
    });
    expect(await loggedOf(api, { id: debtId })).toEqual([
      ...["offered", "delivered", "held", "hold_released"],
    ]);
  });
});

adminRefusalsOf(() => ({ api, staff }), {
  ...{ pathOf, missing: "gbs.legal_hold_not_found", exists: releasing },
});

describe("409", () => {
  test("for whoever has proposed it", async () => {
    const { id, debtId } = await releasing();
    const { status, body } = await staff.admin.post(pathOf(id));
    expect([status, body.code, body.meta]).toEqual([
      ...[409, "gbs.not_possible_now"],
      { state: "release_proposed", possible: "" },
    ]);
    expect((await loggedOf(api, { id: debtId })).at(-1)).toBe("held");
  });

  test("for one in force whose release nobody has proposed", async () => {
    const { id } = await inForce();
    expectProblem(await staff.admin.post(pathOf(id)), 409, "gbs.not_possible_now");
  });

  test("for all but one of those at the same time", async () => {
    const { id, debtId } = await releasing();
    const answers = await Promise.all(
      [staff.otherAdmin, staff.otherAdmin, staff.admin].map((one) => one.post(pathOf(id))),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const kinds = await loggedOf(api, { id: debtId });
    expect(kinds.filter((kind) => kind === "hold_released")).toHaveLength(1);
  });
});
