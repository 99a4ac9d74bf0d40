import type { Book } from "./book.ts";
import type { Client } from "./client.ts";
import { DemoError } from "./client.ts";
import { monthAfter } from "./household.ts";

const reportTimeoutMs = 180_000;
const formats = ["pdf", "xlsx", "csv"];
const label = "Our accountant";

type Report = {
  readonly id: string;
  readonly from: string;
  readonly state: string;
  readonly formats: readonly string[];
};
type Share = { readonly id: string; readonly label: string | null; readonly state: string };
type List<T> = { readonly items: readonly T[] };

/**
 * Has the last full month's transactions made into files and shares them by a link, which it gives. An address is told
 * once: the link of an earlier run is revoked.
 */
export async function shareLastMonth({ client, today }: Book): Promise<string> {
  const month = monthAfter(today.slice(0, 7), -1);
  const { id } = await lastMonthsReport(client, month);
  const shares = await client.get<List<Share>>(`/v1/reports/${id}/shares`);
  for (const old of shares.items)
    if (old.label === label && old.state === "open")
      await client.remove(`/v1/report-shares/${old.id}`);
  const { url } = await client.post<{ url: string }>(`/v1/reports/${id}/shares`, { label });
  return url;
}

async function lastMonthsReport(client: Client, month: string): Promise<Report> {
  const known = await client.get<List<Report>>("/v1/reports?type=transactions&state=ready");
  const made = known.items.find(
    ({ from, formats: has }) => from === `${month}-01` && formats.every((one) => has.includes(one)),
  );
  return made ?? make(client, month);
}

async function make(client: Client, month: string): Promise<Report> {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const to = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  const asked = { type: "transactions", from: `${month}-01`, to, formats };
  const { id } = await client.post<Report>("/v1/reports", asked);
  const deadline = performance.now() + reportTimeoutMs;
  while (performance.now() < deadline) {
    const report = await client.get<Report>(`/v1/reports/${id}`);
    if (report.state === "ready") return report;
    if (report.state !== "queued" && report.state !== "running")
      throw new DemoError(`the report of ${month} is ${report.state}`);
    await Bun.sleep(500);
  }
  throw new DemoError(`the report of ${month} was not made in ${reportTimeoutMs / 1000} s`);
}
