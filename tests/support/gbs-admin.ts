import { describe, expect, test } from "bun:test";
import { addSeconds } from "#platform/kernel/time";
import { pathsOf } from "./currency-api.ts";
import { type DebtUser, debtUser, type Problem } from "./gbs.ts";
import { expectOnlyMethods, expectProblem } from "./http-statuses.ts";
import { authorized, signIn } from "./identity.ts";
import type { TestApp } from "./test-app.ts";

export type DebtStaff = Awaited<ReturnType<typeof debtStaff>>;

/** Two administrators, and everybody who is none. */
export async function debtStaff(api: TestApp) {
  const [admin, otherAdmin, support, operator, user, newAdmin] = await Promise.all([
    debtUser(api, { roles: ["admin"], displayName: "Ada Admin" }),
    debtUser(api, { roles: ["admin"], displayName: "Otto Admin" }),
    debtUser(api, { roles: ["support"] }),
    debtUser(api, { roles: ["operator"] }),
    debtUser(api),
    debtUser(api, { roles: ["admin"], secondFactor: false }),
  ]);
  return { admin, otherAdmin, support, operator, user, newAdmin };
}

export const nobodysId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";

export type Hold = {
  readonly id: string;
  readonly debtId: string;
  readonly state: string;
  readonly possible: readonly string[];
  readonly reason: string;
  readonly proposedBy: string;
  readonly confirmedBy: string | null;
  readonly releaseProposedBy: string | null;
  readonly releaseReason: string | null;
  readonly releasedBy: string | null;
};
export type Report = {
  readonly id: string;
  readonly debtId: string;
  readonly reason: string;
  readonly state: string;
  readonly reportedBy: string;
  readonly offer: Readonly<Record<string, unknown>>;
  readonly resolution: Readonly<Record<string, unknown>> | null;
};

const because = { reason: "Asked for by the court, 12 O 345/26." };
export const reasonText = because.reason;

/** What administrators do, by its path; each fails unless it was done. */
export const adminVerbs = (admin: DebtUser) => {
  const done = async <T>(path: string, body?: object): Promise<T> => {
    const answer = await admin.post<T>(`/v1/admin/gbs/${path}`, body);
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };
  return {
    propose: (debt: { readonly id: string }) => done<Hold>(`debts/${debt.id}/legal-holds`, because),
    confirm: ({ id }: { readonly id: string }) => done<Hold>(`legal-holds/${id}/confirmation`),
    release: ({ id }: { readonly id: string }) => done<Hold>(`legal-holds/${id}/release`, because),
    confirmRelease: ({ id }: { readonly id: string }) =>
      done<Hold>(`legal-holds/${id}/release-confirmation`),
    resolve: ({ id }: { readonly id: string }, action: string) =>
      done<Report>(`abuse-reports/${id}/resolution`, { action, ...because }),
  };
};

/** What an administrator's route is refused for, whatever it does. `path`: of something that he may act on. */
export function adminRefusalsOf(
  open: () => { readonly api: TestApp; readonly staff: DebtStaff },
  route: {
    readonly pathOf: (id: string) => string;
    readonly body?: object;
    readonly missing: string;
    readonly exists: () => Promise<{ readonly id: string }>;
  },
): void {
  const { pathOf, body, missing } = route;

  describe("401", () => {
    test("without a token", async () => {
      const { api } = open();
      const answer = await api.request(pathOf(nobodysId), { method: "POST" });
      expectProblem(answer, 401, "auth.required");
    });

    test("asks for a fresh proof when the last one is too old, and does nothing", async () => {
      const { api, staff } = open();
      const path = pathOf((await route.exists()).id);
      const authenticatedAt = addSeconds(api.clock.now(), -301);
      const { accessToken } = await signIn(api, staff.admin.user, { authenticatedAt });
      const answer = await authorized(api, accessToken).post(path, body);
      expectProblem(answer, 401, "auth.step_up_required");
    });
  });

  describe("403", () => {
    test.each(["user", "operator", "support", "newAdmin"] as const)(
      "for somebody who is: %s",
      async (who) => {
        const { staff } = open();
        for (const sent of [body, { nonsense: true }])
          expectProblem(await staff[who].post(pathOf(nobodysId), sent), 403, "auth.forbidden");
      },
    );
  });

  describe("404", () => {
    test("for an id that nothing has", async () => {
      expectProblem(await open().staff.admin.post(pathOf(nobodysId), body), 404, missing);
    });
  });

  describe("405", () => {
    test("for everything but POST", () =>
      expectOnlyMethods(open().api, pathOf(nobodysId), ["POST"]));
  });

  if (body && "reason" in body)
    describe("422", () => {
      test.each([
        ["no reason", undefined],
        ["an empty reason", ""],
        ["a reason of spaces", "   "],
        ["a reason of several lines", "a\nb"],
        ["a reason that is too long", "x".repeat(501)],
      ])("names %s", async (_what, reason) => {
        const { id } = await route.exists();
        const answer = await open().staff.admin.post(pathOf(id), { ...body, reason });
        expect([answer.status, pathsOf(answer.body as Problem & never)]).toEqual([
          422,
          ["/reason"],
        ]);
      });
    });
}
