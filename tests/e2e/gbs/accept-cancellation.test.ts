import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answersOf, because, noId } from "../../support/debt-refusals.ts";
import { type DebtPair, debtPair, loggedOf, openDebtsApp } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock() });
  pair = await debtPair(api);
});
afterAll(() => api.close());

describe("200", () => {
  test("ends the debt for good, and is told to whoever proposed it", async () => {
    const { id } = await pair.active();
    const { openCancellation } = await pair.lender.done(id, "cancellations", because);
    const debt = await pair.borrower.done(id, `cancellations/${openCancellation?.id}/acceptance`);
    expect(debt).toMatchObject({
      state: "cancelled",
      endedAt: api.clock.now(),
      possible: [],
    } as object);
    const { subject } = await api.mails.newest(pair.lender.user.address);
    expect(subject).toBe("Mehmet Demir agrees: the debt is cancelled");
    expect((await loggedOf(api, { id })).slice(-2)).toEqual(["cancellation_accepted", "cancelled"]);
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "accept_cancellation", by: ["borrower"], status: 200, isProved: true },
  states: ["active", "overdue", "defaulted"],
  async prepare({ lender }, { id }) {
    const { openCancellation } = await lender.done(id, "cancellations", because);
    return { what: `cancellations/${openCancellation?.id}/acceptance` };
  },
  unknown: { what: `cancellations/${noId}/acceptance`, code: "gbs.cancellation_not_found" },
});
