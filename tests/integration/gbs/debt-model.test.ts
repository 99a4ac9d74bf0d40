import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { Debt, DebtParty, Payment } from "#modules/gbs/contract";
import {
  type Act,
  anyAct,
  anyChosen,
  anyHours,
  attemptOf,
  type Chosen,
  type Named,
  requestOf,
} from "../../support/debt-attempts.ts";
import { expectMailsOf } from "../../support/debt-mails.ts";
import { debtModel } from "../../support/debt-model.ts";
import { expectLegalMoves } from "../../support/debt-moves.ts";
import { expectSound } from "../../support/debt-truths.ts";
import {
  type DebtPair,
  type DebtUser,
  debtPair,
  debtUser,
  openDebtsApp,
  wake,
} from "../../support/gbs.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let admin: DebtUser;
beforeAll(async () => {
  api = await openDebtsApp({ environment: { READS_PER_MINUTE: "1000000" } });
  admin = await debtUser(api, { roles: ["admin"] });
});
afterAll(() => api.close());

type Model = ReturnType<typeof debtModel>;
type Real = { readonly pair: DebtPair; readonly id: string };
type Command = fc.AsyncCommand<Model, Real>;

const hoursLater = (hours: number) =>
  new Date(Date.parse(api.clock.now()) + hours * 3_600_000).toISOString();

/** Offered a moment ago: 300 euros in three parts, the first due one day before the offer would lapse. */
async function begin(): Promise<{ model: Model; real: Real }> {
  const pair = await debtPair(api);
  const at = api.clock.now();
  const days = [13, 43, 73].map((ahead) => hoursLater(24 * ahead).slice(0, 10));
  const part = { amount: "100.00", currency: "EUR" };
  const { id } = await pair.offered({
    plan: undefined,
    instalments: days.map((dueOn) => ({ dueOn, amount: part })),
  });
  const model = debtModel({ at, dues: days.map((day) => ({ day, cents: 10_000 })) });
  return { model, real: { pair, id } };
}

const shown = (debt: Debt) => ({
  state: debt.state,
  termsVersion: debt.termsVersion,
  paid: `${debt.paid.amount}`,
  claimed: `${debt.claimed.amount}`,
  outstanding: `${debt.outstanding.amount}`,
  openPayments: debt.openPayments.length,
  openAmendment: debt.openAmendment?.proposedBy ?? null,
  openCancellation: debt.openCancellation?.proposedBy ?? null,
  isDisputed: debt.openDispute !== null,
});

const act = ({ party, asked }: Act): Command => ({
  check: () => true,
  async run(model, { pair, id }) {
    const { what, body } = requestOf(model, asked);
    const status = model.attempt(party, asked);
    const answer = await pair.as(party).act(id, what, body);
    expect({ status: answer.status, code: answer.body.code }).toMatchObject({ status });
    if (status < 300) model.learn(answer.body);
    else if (answer.body.code === "gbs.not_possible_now")
      expect(answer.body.meta).toEqual({
        state: model.view().state,
        possible: (await pair.as(party).debt(id)).possible.join(", "),
      });
    for (const reader of ["lender", "borrower"] as const)
      expect(shown(await pair.as(reader).debt(id))).toEqual(model.view());
  },
  toString: () => `${party}: ${JSON.stringify(asked)}`,
});

/** What the application says is possible, is; payments are picked until the right one is found. */
const follow = (party: DebtParty, way: number, chosen: Chosen): Command => ({
  check: () => true,
  async run(model, real) {
    const { possible } = await real.pair.as(party).debt(real.id);
    const action = possible[way % Math.max(1, possible.length)];
    if (action) await act({ party, asked: attemptOf(action, chosen) }).run(model, real);
  },
  toString: () => `${party} does ${way} of what is possible ${JSON.stringify(chosen)}`,
});

const pass = (hours: number, isWoken: boolean): Command => ({
  check: () => true,
  async run(model, { pair, id }) {
    await api.mails.run();
    api.clock.set(hoursLater(hours));
    model.timeIs(api.clock.now());
    if (isWoken) await wake(api);
    expect(shown(await pair.lender.debt(id))).toEqual(model.view());
  },
  toString: () => `${hours} hours pass${isWoken ? "" : " unnoticed"}`,
});

const intrude = ({ asked }: Act, isAdmin: boolean): Command => ({
  check: () => true,
  async run(model, { pair, id }) {
    const somebody = isAdmin ? admin : pair.stranger;
    const { what, body } = requestOf(model, asked);
    const answers = [await somebody.get(`/v1/debts/${id}`), await somebody.act(id, what, body)];
    for (const { status, body } of answers)
      expect({ status, code: body.code }).toEqual({ status: 404, code: "gbs.debt_not_found" });
    expect(JSON.stringify((await somebody.get("/v1/debts")).body)).not.toContain(id);
    expect(shown(await pair.lender.debt(id))).toEqual(model.view());
  },
  toString: () => `${isAdmin ? "an admin" : "a stranger"}: ${JSON.stringify(asked)}`,
});

const acts = anyAct.map(act);
const follows = fc
  .tuple(fc.constantFrom<DebtParty>("lender", "borrower"), fc.nat(30), anyChosen)
  .map(([party, way, chosen]) => follow(party, way, chosen));
const commands = [
  ...[acts, acts, acts, follows, follows, follows, follows],
  fc.tuple(anyHours, fc.boolean()).map(([hours, isWoken]) => pass(hours, isWoken)),
  fc.tuple(anyAct, fc.boolean()).map(([asked, isAdmin]) => intrude(asked, isAdmin)),
];

/** What holds at the end of every story. */
async function expectWhole({ pair, id }: Real): Promise<void> {
  await wake(api);
  await expectSound(api, id);
  await expectLegalMoves(api, id);
  await expectMailsOf(api, pair, id);
}

test("property: whatever is tried, a debt does what its rules say, in words and in cents", async () => {
  const accepted = act({ party: "borrower", asked: { verb: "accept" } });
  await fc.assert(
    fc.asyncProperty(
      fc.commands(commands, { maxCommands: 60, size: "max" }),
      fc.nat(3),
      async (tried, offerOnly) => {
        const { model, real } = await begin();
        // Most of what can happen happens to debts that were accepted.
        if (offerOnly > 0) await accepted.run(model, real);
        await fc.asyncModelRun(() => ({ model, real }), tried);
        await expectWhole(real);
      },
    ),
    { numRuns: 6, endOnFailure: true },
  );
}, 600_000);

/** What there is at present, for requests that are sent without knowing what the others do. */
async function namedOf({ pair, id }: Real): Promise<Named> {
  const debt = await pair.lender.debt(id);
  const { body } = await pair.lender.get<{ items: Payment[] }>(`/v1/debts/${id}/payments`);
  const dayOf = (hours: number) => hoursLater(hours + istanbulHours).slice(0, 10);
  return {
    paymentId: (pick) => body.items.at(pick % Math.max(1, body.items.length))?.id,
    known: {
      amendment: debt.openAmendment?.id ?? "",
      cancellation: debt.openCancellation?.id ?? "",
      dispute: debt.openDispute?.id ?? "",
    },
    today: () => dayOf(0),
    dayAfter: (days) => dayOf(24 * days),
  };
}
/** Before UTC. */
const istanbulHours = 3;

test("property: whatever both try at the same time, nothing of it breaks the rules", async () => {
  const batch = fc.record({
    tried: fc.array(anyAct, { minLength: 2, maxLength: 6 }),
    hours: fc.option(anyHours),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 3, maxLength: 6 }), async (batches) => {
      const { real } = await begin();
      const { pair, id } = real;
      await pair.borrower.done(id, "acceptance");
      for (const { tried, hours } of batches) {
        const named = await namedOf(real);
        const intruder = pair.stranger.get(`/v1/debts/${id}`);
        const answers = await Promise.all(
          tried.map(({ party, asked }) => {
            const { what, body } = requestOf(named, asked);
            return pair.as(party).act(id, what, body);
          }),
        );
        for (const { status } of answers) expect([200, 201, 404, 409, 422]).toContain(status);
        expect((await intruder).status).toBe(404);
        await expectSound(api, id);
        if (hours === null) continue;
        await api.mails.run();
        api.clock.set(hoursLater(hours));
        await Promise.all([wake(api), api.runJob("gbs.wake")]);
      }
      await expectWhole(real);
    }),
    { numRuns: 3, endOnFailure: true },
  );
}, 600_000);
