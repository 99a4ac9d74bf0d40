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
  test("leaves the terms as they are, and is told to whoever proposed others", async () => {
    const { id, terms } = await pair.active();
    const { openAmendment } = await pair.lender.done(id, "amendments", proposal());
    const debt = await pair.borrower.done(id, `amendments/${openAmendment?.id}/decline`);
    expect(debt).toMatchObject({ termsVersion: 1, openAmendment: null, terms } as object);
    const { subject } = await api.mails.newest(pair.lender.user.address);
    expect(subject).toBe("Mehmet Demir has declined your terms");
  });
});

answersOf(() => ({ api, pair }), {
  ...{ action: "decline_amendment", by: ["borrower"], status: 200 },
  states: ["active", "overdue"],
  async prepare({ lender }, { id }) {
    const { openAmendment } = await lender.done(id, "amendments", proposal());
    return { what: `amendments/${openAmendment?.id}/decline` };
  },
  unknown: { what: `amendments/${noId}/decline`, code: "gbs.amendment_not_found" },
});
