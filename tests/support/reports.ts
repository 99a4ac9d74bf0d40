import type { Report, ReportSchedule } from "#modules/reports/contract";
import { authorized, type NewUser, signIn } from "./identity.ts";
import { ifMatch, type LedgerUser, ledgerUser } from "./ledger.ts";
import { runJobs } from "./run-jobs.ts";
import { type Answer, openTestApp, type TestApp, type TestAppOptions } from "./test-app.ts";

export type Problem = {
  readonly code: string;
  readonly errors?: readonly { readonly path: string }[];
  readonly meta?: Readonly<Record<string, unknown>>;
};

/** Runs what waits for reports, and the mails about them, here and now; gives why some failed. */
export async function runReportJobs(
  api: Pick<TestApp, "mails" | "registry">,
  options: { readonly delayed?: boolean } = {},
): Promise<readonly unknown[]> {
  const { connection } = api.mails;
  const ran = await runJobs({ connection, registry: api.registry, ...options });
  return ran.flatMap(({ error }) => (error === undefined ? [] : [error]));
}

/** What a report is asked for with, as a client types it; any of it may be said otherwise. */
export const september = (asked: object = {}) => ({
  ...{ type: "transactions", from: "2026-09-01", to: "2026-09-30" },
  ...{ currency: "EUR", rateSource: "market", formats: ["csv"] },
  ...asked,
});

export type Reporter = ReturnType<typeof reporterOf>;

/** An application where everybody has advanced reporting. */
export const openReportsApp = (options: TestAppOptions = {}): Promise<TestApp> =>
  openTestApp({ ...options, environment: { DEFAULT_PLAN: "pro", ...options.environment } });

/** A user with a ledger who asks for reports. */
export const reporter = async (api: TestApp, asked: NewUser = {}) =>
  reporterOf(api, await ledgerUser(api, asked));

export function reporterOf(api: TestApp, user: LedgerUser) {
  const request = (asked: object = {}, headers?: Record<string, string>) =>
    user.post<Report & Problem>("/v1/reports", september(asked), headers);
  const reportOf = async (id: string): Promise<Report> =>
    expected(200, await user.get<Report>(`/v1/reports/${id}`));
  return {
    ...user,
    /** Signed in anew: tokens do not outlive a quarter of an hour. */
    async again() {
      const tokens = await signIn(api, user.user);
      return reporterOf(api, { ...user, tokens, ...authorized(api, tokens.accessToken) });
    },
    request,
    reportOf,
    /** Asked for and made, whatever came of it. */
    async make(asked: object = {}): Promise<Report> {
      const { id } = expected(202, await request(asked));
      await runReportJobs(api);
      return reportOf(id);
    },
    /** The bytes of a file. */
    async file(report: Pick<Report, "id">, path: string) {
      const response = await fetch(`${api.url}/v1/reports/${report.id}/${path}`, {
        headers: { authorization: `Bearer ${user.tokens.accessToken}` },
      });
      return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
    },
    cancel: (report: Pick<Report, "id" | "version">) =>
      user.post<Report & Problem>(
        `/v1/reports/${report.id}/cancellation`,
        undefined,
        ifMatch(report.version),
      ),
    remove: (report: Pick<Report, "id" | "version">) =>
      user.delete<Problem>(`/v1/reports/${report.id}`, undefined, ifMatch(report.version)),
    async schedule(asked: object = {}): Promise<ReportSchedule> {
      const { from: _from, to: _to, ...scope } = september();
      const body = { name: "For the accountant", rhythm: "monthly", ...scope, ...asked };
      return expected(201, await user.post<ReportSchedule>("/v1/report-schedules", body));
    },
    changeSchedule: (seen: Pick<ReportSchedule, "id" | "version">, changes: object) =>
      user.patch<ReportSchedule & Problem>(
        `/v1/report-schedules/${seen.id}`,
        changes,
        ifMatch(seen.version),
      ),
  };
}

function expected<T>(status: number, answer: Answer<T>): T {
  if (answer.status !== status) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}
