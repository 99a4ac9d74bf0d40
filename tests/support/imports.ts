import type { ImportRow } from "#modules/ledger/use-cases/find-imports";
import type { Import } from "#modules/ledger/use-cases/import-view";
import { ifMatch, type LedgerUser, ledgerUser } from "./ledger.ts";
import type { Answer, TestApp } from "./test-app.ts";

export type Imported = Import & { readonly failure: { readonly code: string } | null };
type Sent = { readonly fileName?: string; readonly type?: string; readonly key?: string };

/** Runs what imports have waiting, here and now. */
export async function runImportJobs(api: Pick<TestApp, "sql" | "runJob">): Promise<void> {
  for (;;) {
    const jobs = await api.sql<{ id: string; name: string; data: object }[]>`
      delete from pgboss.job where name like 'ledger.%_import' and state = 'created'
      returning id, name, data`;
    if (jobs.length === 0) return;
    for (const { name, data } of jobs) await api.runJob(name, data);
  }
}

export type Importer = Awaited<ReturnType<typeof importer>>;

/** A user with a ledger who uploads bank files; what jobs do is done when a function comes back. */
export async function importer(api: TestApp) {
  return importerOf(api, await ledgerUser(api));
}

export function importerOf(api: TestApp, user: LedgerUser) {
  const send = <T>(body: RequestInit["body"], accountId: string, sent: Sent = {}) =>
    api.request<T>(
      `/v1/imports?${new URLSearchParams({ accountId, fileName: sent.fileName ?? "bank.csv" })}`,
      {
        method: "POST",
        body: typeof body === "string" ? new TextEncoder().encode(body) : body,
        headers: {
          authorization: `Bearer ${user.tokens.accessToken}`,
          "content-type": sent.type ?? "text/csv",
          ...(sent.key === undefined ? {} : { "idempotency-key": sent.key }),
        },
      } as RequestInit,
    );
  const get = async (id: string): Promise<Imported> => {
    const { status, body } = await user.get<Imported>(`/v1/imports/${id}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body;
  };
  const act = (seen: Pick<Import, "id" | "version">, action: "commit" | "undo") =>
    user.post<Imported & { code: string }>(
      `/v1/imports/${seen.id}/${action}`,
      undefined,
      ifMatch(seen.version),
    );
  async function settled(answer: Answer<{ readonly id: string }>): Promise<Imported> {
    if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
    await runImportJobs(api);
    return get(answer.body.id);
  }
  return {
    ...user,
    send,
    importOf: get,
    startCommit: (seen: Import) => act(seen, "commit"),
    startUndo: (seen: Import) => act(seen, "undo"),
    /** Uploaded and read. */
    upload: async (file: RequestInit["body"], accountId: string, sent?: Sent) =>
      settled(await send<Imported>(file, accountId, sent)),
    answer: async (seen: Import, answers: object) =>
      settled(await user.patch(`/v1/imports/${seen.id}`, answers, ifMatch(seen.version))),
    commit: async (seen: Import) => settled(await act(seen, "commit")),
    undo: async (seen: Import) => settled(await act(seen, "undo")),
    async rows(id: string, query = ""): Promise<readonly ImportRow[]> {
      const { status, body } = await user.get<{ items: readonly ImportRow[] }>(
        `/v1/imports/${id}/rows?limit=200${query}`,
      );
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body.items;
    },
  };
}

/** A file that leaves nothing open: a column for each thing, days that have one reading. */
export const csvOf = (
  rows: readonly (readonly [
    date: string,
    amount: string,
    payee?: string,
    note?: string,
    id?: string,
  ])[],
  withIds = false,
): string =>
  [
    `Date;Amount;Payee;Description${withIds ? ";Transaction ID" : ""}`,
    ...rows.map(([date, amount, payee = "Shop", note = "", id = ""]) =>
      [date, amount, payee, note, ...(withIds ? [id] : [])].join(";"),
    ),
    "",
  ].join("\n");
