import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { verifyChain } from "#modules/gbs/domain/verify-chain";
import { createCustodySigner } from "#modules/gbs/gateways/custody-signer";
import { custodyOf } from "../../support/custody-api.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import type { TestApp } from "../../support/test-app.ts";

let app: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  app = await openDebtsApp();
  pair = await debtPair(app);
});
afterAll(() => app.close());

/** With what each party writes in it. */
async function paidOnce() {
  const debt = await pair.active();
  const claim = { amount: { amount: "100.00", currency: "EUR" }, paidOn: "2026-09-18" };
  await pair.borrower.done(debt.id, "payments", { ...claim, reference: "By bank, first part" });
  return pair.lender.debt(debt.id);
}

describe("200", () => {
  test("gives both parties the same log, page by page, as the debt and the mails say it ends", async () => {
    const debt = await paidOnce();
    const [ofLender, ofBorrower] = [
      await custodyOf(pair.lender, debt),
      await custodyOf(pair.borrower, debt, 1),
    ];
    expect(ofLender.map(({ kind }) => kind)).toEqual([
      ...(["offered", "delivered", "accepted", "activated"] as const),
      ...ofLender.slice(4, -1).map(({ kind }) => kind),
      "payment_claimed",
    ]);
    const signed = ({ values: _, ...entry }: (typeof ofLender)[number]) => entry;
    expect(ofBorrower.map(signed)).toEqual(ofLender.map(signed));
    const checks = createCustodySigner(app.keyring);
    const entries = ofLender.map(signed);
    expect(verifyChain({ debtId: debt.id, entries, head: debt.custody }, checks)).toEqual([]);
  });

  test("discloses to each party what it may read of the hashed values, and no salt of others", async () => {
    const debt = await paidOnce();
    const [ofLender, ofBorrower] = [
      await custodyOf(pair.lender, debt),
      await custodyOf(pair.borrower, debt),
    ];
    const names = (log: typeof ofLender) =>
      log.flatMap(({ values }) => values.map(({ name }) => name));
    expect(names(ofLender)).toEqual(["borrowerAddress", "description", "reference"]);
    expect(names(ofBorrower)).toEqual(["borrowerAddress", "description", "client", "reference"]);
    for (const { text, values } of ofBorrower)
      for (const { name, value, salt } of values) {
        const hash = createHash("sha256").update(Buffer.from(salt, "hex")).update(value);
        expect(JSON.parse(text).data[name]).toEqual({ sha256: hash.digest("hex") });
        expect(text).not.toContain(value);
      }
    const [client] = ofBorrower
      .flatMap(({ values }) => values)
      .filter(({ name }) => name === "client");
    expect(client?.value).toMatch(/^10\./);
    for (const secret of [client?.value ?? "", client?.salt ?? ""])
      expect(JSON.stringify(ofLender)).not.toContain(secret);
  });

  test("discloses a description to nobody once an administrator has hidden it", async () => {
    const debt = await pair.offered();
    await app.sql`update gbs.debts set text_hidden = true where id = ${debt.id}`;
    for (const user of [pair.lender, pair.borrower]) {
      const log = await custodyOf(user, debt);
      expect(JSON.stringify(log)).not.toContain(debt.terms.description);
      expect(log[0]?.values.map(({ name }) => name)).toEqual(["borrowerAddress"]);
    }
  });
});

describe("404", () => {
  test("for strangers, for whoever was offered it and is blocked, and for what there is not", async () => {
    const debt = await pair.offered();
    const path = `/v1/debts/${debt.id}/custody`;
    const answers = [await pair.stranger.get(path)];
    await app.sql`update gbs.debts set suppressed = true where id = ${debt.id}`;
    answers.push(await pair.borrower.get(path));
    answers.push(
      await pair.borrower.get(path.replace(debt.id, "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21")),
    );
    for (const { status, body } of answers)
      expect([status, body.code]).toEqual([404, "gbs.debt_not_found"]);
  });
});

describe("422", () => {
  test.each(["?cursor=WyIwIl0", "?cursor=WyIxZTMiXQ", "?cursor=W10", "?limit=0"])(
    "for %s",
    async (query) => {
      const debt = await pair.offered();
      expect((await pair.lender.get(`/v1/debts/${debt.id}/custody${query}`)).status).toBe(422);
    },
  );
});
