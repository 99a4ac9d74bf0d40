import { describe, expect, test } from "bun:test";
import type { Debt, DebtAction, DebtParty, DebtState } from "#modules/gbs/contract";
import { actionWords } from "#modules/gbs/domain/debt-words";
import { type DebtPair, type DebtUser, debtStates, expected, offerTo, putInState } from "./gbs.ts";
import { authorized } from "./identity.ts";
import type { TestApp } from "./test-app.ts";

export const because = { reason: "Because." };
export const euros = (amount: string) => ({ amount, currency: "EUR" });
/** Of nothing. */
export const noId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
const stepUpSeconds = 300;
const dayMs = 86_400_000;

/** The rest of the path, and the body. */
export type Asked = { readonly what: string; readonly body?: object };

export type StepRoute = {
  readonly action: DebtAction;
  /** Who may ask for it. */
  readonly by: readonly DebtParty[];
  /** In which states. */
  readonly states: readonly DebtState[];
  readonly status: 200 | 201;
  /** Makes what is asked about (of an active debt), and says how it is asked. */
  readonly prepare: (pair: DebtPair, debt: Debt) => Promise<Asked> | Asked;
  /** What the path names besides the debt, when it names something: an answer to another one. */
  readonly unknown?: Asked & { readonly code: string };
  /** Whether it asks for a proof of the last minutes. */
  readonly isProved?: boolean;
};

/** Accepted, without the mails and documents that come of it. */
async function quicklyActive(api: TestApp, { lender, borrower }: DebtPair): Promise<Debt> {
  const { id } = expected(201, await lender.offer(offerTo(borrower)));
  await api.sql`update gbs.debts set borrower_id = ${borrower.user.id} where id = ${id}`;
  await borrower.done(id, "acceptance");
  return lender.debt(id);
}

/** Puts an active debt where it is wanted, by what leads there where the clock would lead elsewhere. */
async function lead(api: TestApp, pair: DebtPair, debt: Debt, state: DebtState): Promise<void> {
  if (state === "active") return;
  if (state !== "overdue" && state !== "defaulted") return putInState(api, debt, state);
  const [first] = debt.terms.instalments;
  const over = Date.parse(`${first?.dueOn}T21:00:00.000Z`) + (state === "defaulted" ? dayMs : 0);
  api.clock.set(new Date(over).toISOString());
  if (state === "defaulted") await pair.lender.done(debt.id, "default");
}

/** What every step of a debt is answered: in each state, to each party, to strangers. */
export function answersOf(
  open: () => { readonly api: TestApp; readonly pair: DebtPair },
  route: StepRoute,
): void {
  const { action, by, states, status, prepare, unknown } = route;
  const [first = "lender"] = by;
  const others = (["lender", "borrower"] as const).filter((party) => !by.includes(party));

  /** A debt of the state, and what is to be asked; the clock is where it began afterwards. */
  async function within(
    state: DebtState,
    run: (debt: Debt, asked: Asked) => Promise<void>,
  ): Promise<void> {
    const { api, pair } = open();
    const began = api.clock.now();
    try {
      const debt = await quicklyActive(api, pair);
      const asked = await prepare(pair, debt);
      await lead(api, pair, debt, state);
      await run(debt, asked);
    } finally {
      api.clock.set(began);
    }
  }

  describe(String(status), () => {
    const allowed = states.flatMap((state) => by.map((party) => ({ state, party })));
    test.each(allowed)(
      "for the $party of a debt that is $state; 409 for a party whose step it is not",
      ({ state, party }) =>
        within(state, async (debt, asked) => {
          const { pair } = open();
          for (const other of others) await expectRefused(pair.as(other), debt, asked, action);
          expect((await pair.as(party).debt(debt.id)).possible).toContain(action);
          const answer = await pair.as(party).act(debt.id, asked.what, asked.body);
          expect<unknown>([answer.status, answer.body.code]).toEqual([status, undefined]);
          expect<unknown>(answer.body).toEqual(await pair.as(party).debt(debt.id));
        }),
    );
  });

  if (route.isProved)
    describe("401", () => {
      test("for a proof that is older than five minutes", () =>
        within("active", async ({ id }, { what, body }) => {
          const { api, pair } = open();
          const token = await pair.as(first).token();
          api.clock.advance(stepUpSeconds + 1);
          const { post } = authorized(api, token);
          const answer = await post<{ code: string }>(`/v1/debts/${id}/${what}`, body);
          expect([answer.status, answer.body.code]).toEqual([401, "auth.step_up_required"]);
        }));
    });

  describe("404", () => {
    test("for a stranger, and for a debt that is not there", () =>
      within("active", async (debt, { what, body }) => {
        const { pair } = open();
        const before = await pair.as(first).debt(debt.id);
        const answers = [
          await pair.stranger.act(debt.id, what, body),
          await pair.stranger.act(noId, what, body),
          await pair.as(first).act(noId, what, body),
        ];
        for (const { status, body } of answers)
          expect([status, body.code]).toEqual([404, "gbs.debt_not_found"]);
        expect(await pair.as(first).debt(debt.id)).toEqual(before);
      }));

    if (unknown)
      test("for what the debt does not have", () =>
        within("active", async ({ id }) => {
          const answer = await open().pair.as(first).act(id, unknown.what, unknown.body);
          expect([answer.status, answer.body.code]).toEqual([404, unknown.code]);
        }));
  });

  describe("409", () => {
    test("for a debt in every other state, which stays as it is", () =>
      within("active", async (debt, asked) => {
        const { api, pair } = open();
        for (const state of debtStates.filter(
          (one) => !states.includes(one) && one !== "overdue",
        )) {
          await putInState(api, debt, state);
          for (const party of by) await expectRefused(pair.as(party), debt, asked, action);
        }
      }));
  });
}

async function expectRefused(
  user: DebtUser,
  { id }: Debt,
  { what, body }: Asked,
  action: DebtAction,
): Promise<void> {
  const before = await user.debt(id);
  expect(before.possible).not.toContain(action);
  const answer = await user.act(id, what, body);
  const possible = before.possible.join(", ");
  expect({ ...answer.body.meta, code: answer.body.code, status: answer.status }).toEqual({
    ...{ state: before.state, possible, code: "gbs.not_possible_now", status: 409 },
  });
  const words = before.possible.map((one) => actionWords[one]).join(", ");
  expect(answer.body.detail).toEndWith(
    words === "" ? "Nothing is possible." : `Possible now: ${words}.`,
  );
  expect((await user.debt(id)).possible).toEqual(before.possible);
}
