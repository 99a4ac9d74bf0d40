import type { Debt, DebtParty, DebtState } from "#modules/gbs/contract";
import { blocks } from "#modules/gbs/storage/tables";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { type Instant, secondsBetween } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import { authorized, createUser, type NewUser, signIn, type TestUser } from "./identity.ts";
import { type Answer, openTestApp, type TestApp, type TestAppOptions } from "./test-app.ts";

/** Less than what step-up asks for, and than the life of a token. */
const freshSeconds = 240;

export type Problem = {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string }[];
  readonly meta?: Readonly<Record<string, unknown>>;
};
export type DebtAnswer = Answer<Debt & Problem>;

/** An application where everybody may offer debts, which bind without evidence unless said otherwise. */
export const openDebtsApp = (options: TestAppOptions = {}): Promise<TestApp> =>
  openTestApp({
    ...options,
    environment: { DEFAULT_PLAN: "pro", GBS_EVIDENCE: "none", ...options.environment },
  });

export type DebtUser = ReturnType<typeof debtUserOf>;

/** A new user who is always signed in a moment ago, wherever the clock has gone. */
export const debtUser = async (api: TestApp, asked: NewUser = {}) =>
  debtUserOf(api, await createUser(api, asked));

/** As {@link debtUser}, of somebody who is there already. */
export function debtUserOf(api: TestApp, user: TestUser) {
  let session: { readonly at: Instant; readonly accessToken: string } | undefined;
  async function token(): Promise<string> {
    const now = api.clock.now();
    if (!session || now < session.at || secondsBetween(session.at, now) > freshSeconds)
      session = { at: now, accessToken: (await signIn(api, user)).accessToken };
    return session.accessToken;
  }
  const fresh = async () => authorized(api, await token());
  const get = async <T = unknown>(path: string) => (await fresh()).get<T & Problem>(path);
  const post = async <T = unknown>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => (await fresh()).post<T & Problem>(path, body, headers);
  return {
    ...{ user, token, get, post },
    put: async <T = unknown>(path: string, body?: unknown) =>
      (await fresh()).put<T & Problem>(path, body),
    delete: async <T = unknown>(path: string, body?: unknown) =>
      (await fresh()).delete<T & Problem>(path, body),
    debt: async (id: string): Promise<Debt> => expected(200, await get<Debt>(`/v1/debts/${id}`)),
    /** `what`: the rest of the path ("acceptance"). */
    act: (id: string, what: string, body?: unknown): Promise<DebtAnswer> =>
      post<Debt>(`/v1/debts/${id}/${what}`, body),
    /** Fails unless it was done. */
    async done(id: string, what: string, body?: unknown): Promise<Debt> {
      const answer = await post<Debt>(`/v1/debts/${id}/${what}`, body);
      if (answer.status !== 200 && answer.status !== 201)
        throw new Error(JSON.stringify(answer.body));
      return answer.body;
    },
    offer: (asked: object): Promise<DebtAnswer> => post<Debt>("/v1/debts", asked),
  };
}

/** The body of an offer, as a client types it; any of it may be said otherwise. */
export const offerTo = (borrower: { readonly user: { readonly address: string } }, asked = {}) => ({
  borrowerAddress: borrower.user.address,
  amount: { amount: "300.00", currency: "EUR" },
  description: "Deposit for the flat",
  plan: { firstDueOn: "2026-10-01", every: "month", count: 3 },
  ...asked,
});

export type DebtPair = Awaited<ReturnType<typeof debtPair>>;

/** A lender, a borrower and a stranger, and debts between the first two. Everybody's mails go to their addresses. */
export async function debtPair(api: TestApp) {
  const lender = await debtUser(api, { displayName: "Leyla Aydın" });
  const borrower = await debtUser(api, { displayName: "Mehmet Demir" });
  const stranger = await debtUser(api, { displayName: "Nobody Else" });

  /** Offered and brought to the borrower. */
  async function offered(asked: object = {}): Promise<Debt> {
    const { id } = expected(201, await lender.offer(offerTo(borrower, asked)));
    await api.mails.run();
    return lender.debt(id);
  }
  /** Accepted: 300 EUR in three months, the first due on 1 October, unless said otherwise. */
  async function active(asked: object = {}): Promise<Debt> {
    const { id } = await offered(asked);
    await borrower.done(id, "acceptance");
    await api.mails.run();
    return lender.debt(id);
  }
  return {
    ...{ lender, borrower, stranger, offered, active },
    /** "lender" or "borrower" as a client. */
    as: (party: DebtParty): DebtUser => (party === "lender" ? lender : borrower),
    /** Active, and a moment past the end of its first due day in Istanbul, with the job done. */
    async overdue(asked: object = {}): Promise<Debt> {
      const debt = await active(asked);
      const [first] = debt.terms.instalments;
      if (!first) throw new Error("a debt has no instalments");
      api.clock.set(`${first.dueOn}T21:00:00.000Z`);
      await wake(api);
      return lender.debt(debt.id);
    },
  };
}

/** For applications whose plan for everybody is a smaller one; ends the tokens of whoever is signed in. */
export async function grantPro(api: TestApp, user: { readonly address: string }): Promise<void> {
  const { code, lines } = await api.runCommand("plan:grant", user.address, "pro", "30", "test");
  if (code !== 0) throw new Error(lines.join("\n"));
  await api.mails.run();
}

/** All states that a debt can be in while nobody is asked for evidence. */
export const debtStates = [
  ...(["offered", "declined", "withdrawn", "expired", "active", "overdue"] as const),
  ...(["defaulted", "settled", "cancelled"] as const),
] as const satisfies readonly DebtState[];

/** Puts a debt into a state, as the table has it, whatever led there. */
export async function putInState(
  api: TestApp,
  { id }: { readonly id: string },
  state: DebtState,
): Promise<void> {
  await api.sql`update gbs.debts set state = ${state} where id = ${id}`;
}

/** One has blocked the other, however he did. */
export async function putBlock(
  api: TestApp,
  blocker: { readonly user: { readonly id: Id } },
  blocked: { readonly user: { readonly id: Id } },
): Promise<void> {
  const block = { id: systemIds.next(), blockerId: blocker.user.id, blockedId: blocked.user.id };
  await api.db.transact(systemContext("test:gbs", "test"), async (tx) => {
    await tx.insert(blocks).values({ ...block, blockedAt: api.clock.now() });
  });
}

/** What stands in the custody log of a debt: the kinds of its entries. */
export async function loggedOf(api: TestApp, { id }: { readonly id: string }): Promise<string[]> {
  const rows = await api.sql<{ kind: string }[]>`
    select kind from gbs.custody_entries where debt_id = ${id} order by seq`;
  return rows.map(({ kind }) => kind);
}

/** What the job of each minute does, and the mails that come of it. */
export async function wake(api: TestApp): Promise<void> {
  await api.runJob("gbs.wake");
  await api.mails.run();
}

export function expected<T>(status: number, answer: Answer<T>): T {
  if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
