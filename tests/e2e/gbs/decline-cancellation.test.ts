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
  test("leaves the debt as it is, and is told to whoever proposed to end it", async () => {
    const { id } = await pair.active();
    const { openCancellation } = await pair.lender.done(id, "cancellations", because);
    const debt = await pair.borrower.done(id, `cancellations/${openCancellation?.id}/decline`);
    expect(debt).toMatchObject({ state: "active", openCancellation: null } as object);
    const { subject } = await api.mails.newest(pair.lender.user.address);
    expect(subject).toBe("Mehmet Demir does not agree to the cancellation");
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "decline_cancellation", by: ["borrower"], status: 200 },
  states: ["active", "overdue", "defaulted"],
  async prepare({ lender }, { id }) {
    const { openCancellation } = await lender.done(id, "cancellations", because);
    return { what: `cancellations/${openCancellation?.id}/decline` };
  },
  unknown: { what: `cancellations/${noId}/decline`, code: "gbs.cancellation_not_found" },
});
