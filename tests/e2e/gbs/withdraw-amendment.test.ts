import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answersOf, euros, noId } from "../../support/debt-refusals.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
});
afterAll(() => api.close());

const proposal = (more = {}) => ({
  ...{ amount: euros("300.00"), description: "A bicycle", dueOn: "2027-03-01" },
  ...{ reason: "My salary comes later.", ...more },
});

describe("200", () => {
  test("leaves the terms as they are, and room for others", async () => {
    const { id } = await pair.active();
    const { openAmendment } = await pair.lender.done(id, "amendments", proposal());
    const debt = await pair.lender.done(id, `amendments/${openAmendment?.id}/withdrawal`);
    expect(debt).toMatchObject({ termsVersion: 1, openAmendment: null } as object);
    expect(debt.possible).toContain("propose_amendment");
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "withdraw_amendment", by: ["lender"], status: 200 },
  states: ["active", "overdue"],
  async prepare({ lender }, { id }) {
    const { openAmendment } = await lender.done(id, "amendments", proposal());
    return { what: `amendments/${openAmendment?.id}/withdrawal` };
  },
  unknown: { what: `amendments/${noId}/withdrawal`, code: "gbs.amendment_not_found" },
});
