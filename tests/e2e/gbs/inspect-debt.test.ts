import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { maxInspectedEntries } from "#modules/gbs/bounds";
import type { CustodyHead } from "#modules/gbs/contract";
import {
  type DebtPair,
  debtPair,
  debtUser,
  expected,
  loggedOf,
  offerTo,
  openDebtsApp,
} from "../../support/gbs.ts";
import { adminRefusalsOf, type DebtStaff, debtStaff, reasonText } from "../../support/gbs-admin.ts";
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

type Inspection = {
  readonly id: string;
  readonly debt: Readonly<Record<string, unknown>>;
  readonly custody: CustodyHead;
  readonly entries: readonly {
    readonly seq: number;
    readonly kind: string;
    readonly text: string;
  }[];
  readonly nextAfter: number | null;
};
const body = { reason: reasonText };
const pathOf = (id: string) => `/v1/admin/gbs/debts/${id}/inspections`;
const inspect = async (id: string, asked: object = body) =>
  expected(201, await staff.admin.post<Inspection>(pathOf(id), asked));

describe("201", () => {
  test("shows how the debt stands and its log, and nobody's words", async () => {
    const { id } = await pair.active();
    const seen = await inspect(id);
    expect(seen.debt).toEqual({
      ...{ lenderId: pair.lender.user.id, borrowerId: pair.borrower.user.id, state: "active" },
      ...{ suppressed: false, textHidden: false, termsVersion: 1, legalHold: null },
      amount: { amount: "300.00", currency: "EUR" },
      paid: { amount: "0.00", currency: "EUR" },
      outstanding: { amount: "300.00", currency: "EUR" },
      claimed: { amount: "0.00", currency: "EUR" },
      ...{ offeredAt: expect.any(String), offerExpiresAt: expect.any(String) },
      ...{ acceptedAt: expect.any(String), endedAt: null },
    } as never);
    expect(seen.entries.map(({ kind }) => kind)).toEqual(await loggedOf(api, { id }));
    expect(seen.custody.length).toBe(seen.entries.length);
    expect(seen.nextAfter).toBeNull();
    const text = JSON.stringify(seen);
    for (const words of ["Deposit for the flat", pair.borrower.user.address, "Mehmet Demir"])
      expect(text).not.toContain(words);
  });

  test("is seen by both parties in their log, and kept with its reason, which they do not see", async () => {
    const { id } = await pair.offered();
    const { id: inspectionId } = await inspect(id);
    for (const user of [pair.lender, pair.borrower]) {
      const { items } = (
        await user.get<{ items: { kind: string; text: string }[] }>(`/v1/debts/${id}/custody`)
      ).body;
      const last = JSON.parse(String(items.at(-1)?.text));
      expect(last).toMatchObject({
        ...{ kind: "inspected", data: { inspection: inspectionId } },
        actor: { role: "admin", id: staff.admin.user.id },
      });
      expect(JSON.stringify(items)).not.toContain(reasonText);
    }
    const kept = await api.sql`
      select debt_id, inspected_by, reason, inspected_at from gbs.inspections
      where id = ${inspectionId}`;
    expect(kept.map((row) => ({ ...row }))).toMatchObject([
      { debt_id: id, inspected_by: staff.admin.user.id, reason: reasonText },
    ]);
  });

  test("what time has done to the debt comes first", async () => {
    const { id, offerExpiresAt } = await pair.offered();
    const now = clock.now();
    clock.set(offerExpiresAt);
    expect((await inspect(id)).entries.slice(-2).map(({ kind }) => kind)).toEqual([
      ...["expired", "inspected"],
    ]);
    clock.set(now);
  });

  test("a log after an entry, and a long one in pieces", async () => {
    const { id } = await pair.offered();
    const rest = await inspect(id, { ...body, after: 1 });
    expect(rest.entries.map(({ seq }) => seq)).toEqual([2, 3]);
    await api.sql`
      insert into gbs.custody_entries (debt_id, seq, at, kind, entry, hash, kid, signature)
      select debt_id, n, at, kind, entry, hash, kid, signature
      from gbs.custody_entries, generate_series(4, ${maxInspectedEntries + 10}::int) as n
      where debt_id = ${id} and seq = 1`;
    await api.sql`
      update gbs.debts set chain_length = ${maxInspectedEntries + 10} where id = ${id}`;
    const piece = await inspect(id);
    expect(piece.entries).toHaveLength(maxInspectedEntries);
    expect(piece.nextAfter).toBe(maxInspectedEntries);
    const end = await inspect(id, { ...body, after: piece.nextAfter });
    expect([end.entries.length, end.nextAfter]).toEqual([12, null]);
  });

  test("once, for repeats with the same Idempotency-Key", async () => {
    const { id } = await pair.offered();
    const key = { "idempotency-key": "inspect-1" };
    const first = await staff.admin.post(pathOf(id), body, key);
    const again = await staff.admin.post(pathOf(id), body, key);
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    expect(await loggedOf(api, { id })).toEqual(["offered", "delivered", "inspected"]);
  });

  test("several at the same time, each with its entry", async () => {
    const { id } = await pair.offered();
    const seen = await Promise.all([1, 2, 3].map(() => inspect(id)));
    expect(seen.map(({ custody }) => custody.length).toSorted()).toEqual([3, 4, 5]);
  });
});

adminRefusalsOf(() => ({ api, staff }), {
  ...{ pathOf, body, missing: "gbs.debt_not_found" },
  exists: () => pair.offered(),
});

describe("409", () => {
  test("for an administrator who is a party; nothing is recorded", async () => {
    const lender = await debtUser(api, { roles: ["admin"] });
    const { id } = expected(201, await lender.offer(offerTo(pair.borrower)));
    expectProblem(await lender.post(pathOf(id), body), 409, "gbs.own_debt");
    expect(await loggedOf(api, { id })).toEqual(["offered"]);
  });
});
