import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answersOf, because, noId } from "../../support/debt-refusals.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
});
afterAll(() => api.close());

describe("200", () => {
  test("leaves the debt as it is", async () => {
    const { id } = await pair.active();
    const { openCancellation } = await pair.lender.done(id, "cancellations", because);
    const debt = await pair.lender.done(id, `cancellations/${openCancellation?.id}/withdrawal`);
    expect(debt).toMatchObject({ state: "active", openCancellation: null } as object);
    expect(debt.possible).toContain("propose_cancellation");
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "withdraw_cancellation", by: ["lender"], status: 200 },
  states: ["active", "overdue", "defaulted"],
  async prepare({ lender }, { id }) {
    const { openCancellation } = await lender.done(id, "cancellations", because);
    return { what: `cancellations/${openCancellation?.id}/withdrawal` };
  },
  unknown: { what: `cancellations/${noId}/withdrawal`, code: "gbs.cancellation_not_found" },
});
