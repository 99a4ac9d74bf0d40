import { expect } from "bun:test";
import { addSeconds } from "#platform/kernel/time";
import { expectBudget, expectProblem } from "./http-statuses.ts";
import { authorized, signedInUser, signIn } from "./identity.ts";
import { openTestApp, type TestApp } from "./test-app.ts";

/** What the admin API puts on the wire. */
export type AdminUser = {
  readonly id: string;
  readonly maskedAddress: string;
  readonly displayName: string;
  readonly status: string;
  readonly roles: readonly string[];
  readonly secondFactor: boolean;
  readonly createdAt: string;
};
export type AccountAction = {
  readonly id: string;
  readonly action: string;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  readonly rolesBefore: readonly string[];
  readonly rolesAfter: readonly string[];
};

type Client = Awaited<ReturnType<typeof signedInUser>>;

/** An application with somebody of every role. */
export type Staff = {
  readonly api: TestApp;
  readonly admin: Client;
  /** So that the first one is not the last. */
  readonly otherAdmin: Client;
  readonly support: Client;
  readonly operator: Client;
  readonly user: Client;
  /** Has the role, and no second factor yet. */
  readonly newAdmin: Client;
};

/** Reads of one client a minute; of costly reads and of writes there is one. Every request of a test is another client. */
export const readsPerMinute = 3;

export async function openStaff(): Promise<Staff> {
  const api = await openTestApp({ environment: { READS_PER_MINUTE: `${readsPerMinute}` } });
  const [admin, otherAdmin, support, operator, user, newAdmin] = await Promise.all([
    signedInUser(api, { roles: ["admin"], displayName: "Ada Admin" }),
    signedInUser(api, { roles: ["admin"] }),
    signedInUser(api, { roles: ["support"] }),
    signedInUser(api, { roles: ["operator"] }),
    signedInUser(api),
    signedInUser(api, { roles: ["admin"], secondFactor: false }),
  ]);
  return { api, admin, otherAdmin, support, operator, user, newAdmin };
}

export type Call = {
  readonly method: "get" | "post" | "put";
  readonly path: string;
  readonly body?: unknown;
};
const send = (client: Pick<Client, "get" | "post" | "put">, { method, path, body }: Call) =>
  method === "get" ? client.get(path) : client[method](path, body);

/** 401 without a token and with a made-up one, whatever else is wrong with the request. */
export async function expectClosedToStrangers({ api }: Staff, { method, path }: Call) {
  const without = await api.request(path, { method: method.toUpperCase(), body: null });
  expectProblem(without, 401, "auth.required");
  const faulty = { method, path, body: { nonsense: true } };
  expectProblem(await send(authorized(api, "made.up.token"), faulty), 401, "auth.required");
}

/** 403 for each of these, also with a body that would be 422. */
export async function expectForbidden(
  staff: Staff,
  call: Call,
  who: readonly ("support" | "operator" | "user" | "newAdmin")[],
) {
  for (const name of who)
    for (const body of [call.body, { nonsense: true }]) {
      const answer = await send(staff[name], { ...call, body });
      expect([name, answer.status]).toEqual([name, 403]);
      expectProblem(answer, 403, "auth.forbidden");
    }
}

/** 401 that asks for a fresh proof from a session whose last one is too old; nothing is done. */
export async function expectStepUp({ api, admin }: Staff, call: Call) {
  const old = addSeconds(api.clock.now(), -301);
  const { accessToken } = await signIn(api, admin.user, { authenticatedAt: old });
  const answer = await send(authorized(api, accessToken), call);
  expectProblem(answer, 401, "auth.step_up_required");
  const recent = addSeconds(api.clock.now(), -299);
  const fresh = await signIn(api, admin.user, { authenticatedAt: recent });
  expect((await send(authorized(api, fresh.accessToken), call)).status).toBe(200);
}

/** 429 after so many requests of one client in a minute. A POST is repeated with one Idempotency-Key: it stays a 200. */
export async function expectLimit(
  { api, admin }: Staff,
  requests: number,
  { method, path, body }: Call,
) {
  const headers = {
    authorization: `Bearer ${admin.tokens.accessToken}`,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(method === "post" ? { "idempotency-key": "limit" } : {}),
  };
  const init = { method: method.toUpperCase(), headers, body: body ? JSON.stringify(body) : null };
  await expectBudget(api, requests, init, path);
}

/** 404 for an id that nobody has. */
export async function expectNobody({ admin }: Staff, call: Call) {
  const answer = await send(admin, call);
  expectProblem(answer, 404, "identity.user_not_found");
}

export const nobodysId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";

/** The newest action on an account. */
export async function newestAction({ admin }: Staff, userId: string): Promise<AccountAction> {
  const { body } = await admin.get<{ items: AccountAction[] }>(
    `/v1/admin/users/${userId}/actions?limit=1`,
  );
  const [action] = body.items;
  if (!action) throw new Error("nothing was done to this account");
  return action;
}
