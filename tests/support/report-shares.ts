import type { CreatedShare, Report, SharedReport, ShareOpening } from "#modules/reports/contract";
import type { NewUser } from "./identity.ts";
import { type Problem, reporter } from "./reports.ts";
import type { Answer, TestApp } from "./test-app.ts";

export const sharedReportPath = "/v1/shared-reports";
/** What every link looks like, and never was one. */
export const guessedToken = "AAAAAAAAAAAAAAAAAAAAAA";

export const tokenOf = ({ url }: Pick<CreatedShare, "url">): string =>
  new URLSearchParams(new URL(url).hash.slice(1)).get("token") ?? "";

/** A user with one report that is ready, made in the formats asked for. */
export async function sharer(api: TestApp, asked: NewUser = {}, formats = ["csv", "md"]) {
  const user = await reporter(api, asked);
  const accountId = await user.addAccount("EUR");
  await user.record({
    ...{ kind: "expense", date: "2026-09-05", accountId, payee: "Migros" },
    amount: { amount: "12.50", currency: "EUR" },
  });
  const report: Report = await user.make({ formats });
  if (report.state !== "ready") throw new Error(JSON.stringify(report.failure));
  const create = (body: object = {}, headers?: Record<string, string>) =>
    user.post<CreatedShare & Problem>(`/v1/reports/${report.id}/shares`, body, headers);
  return {
    ...user,
    ...{ report, accountId, create },
    /** A link, with its token. */
    async share(body: object = {}) {
      const answer = await create(body);
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return { ...answer.body, token: tokenOf(answer.body) };
    },
    revoke: ({ id }: { readonly id: string }) => user.delete<Problem>(`/v1/report-shares/${id}`),
    async openings({ id }: { readonly id: string }): Promise<readonly ShareOpening[]> {
      const { body } = await user.get<{ items: readonly ShareOpening[] }>(
        `/v1/report-shares/${id}/openings`,
      );
      return body.items;
    },
  };
}

type Key = { readonly token: string; readonly password?: string };

/** A link as it was made has more than what opens it. */
const only = ({ token, password }: Key): Key =>
  password === undefined ? { token } : { token, password };

const posted = (body: object, client?: string): RequestInit => ({
  method: "POST",
  headers: {
    "content-type": "application/json",
    ...(client === undefined ? {} : { "x-forwarded-for": client }),
  },
  body: JSON.stringify(body),
});

/** As somebody without an account; each from an address of its own unless one is named. */
export const openShared = (
  api: Pick<TestApp, "request">,
  key: Key,
  client?: string,
): Promise<Answer<SharedReport & Problem>> =>
  api.request(`${sharedReportPath}/openings`, posted(only(key), client));

export const fetchShared = (
  api: Pick<TestApp, "request">,
  key: Key & { readonly format: string },
  client?: string,
): Promise<Answer<Problem>> =>
  api.request(`${sharedReportPath}/files`, posted({ ...only(key), format: key.format }, client));

/** What a problem says, but for whose request it was. */
export const alike = ({ status, headers, body }: Answer<unknown>) => {
  const { requestId: _, instance: __, ...told } = body as Record<string, unknown>;
  return { status, type: headers.get("content-type"), told };
};
