import { type Answer, type Client, eventually } from "./client.ts";
import { type Things, told } from "./things.ts";

type Report = { readonly id: string; readonly state: string };
type Share = { readonly id: string; readonly url: string };

/** A report with a file, and for each operation that ends something of one a thing of its own. */
export async function prepareReports(client: Client): Promise<Things> {
  const { body: report } = await makeReport(client);
  const shared = await share(client, report);
  return {
    REPORT_ID: report.id,
    SHARE_ID: shared.id,
    SHARE_TOKEN: tokenOf(shared),
    REVOKE_SHARE_ID: (await share(client, report)).id,
    ...told("DELETE_REPORT", await makeReport(client)),
    ...told("CHANGE_SCHEDULE", await makeSchedule(client)),
    ...told("DELETE_SCHEDULE", await makeSchedule(client)),
  };
}

async function makeReport(client: Client): Promise<Answer<Report>> {
  const { body } = await client.post<Report>("/v1/reports", {
    ...{ type: "transactions", from: "2026-03-01", to: "2026-03-31", formats: ["csv"] },
  });
  return eventually("the report is ready", async () => {
    const answer = await client.get<Report>(`/v1/reports/${body.id}`);
    if (answer.body.state === "failed") throw new Error(JSON.stringify(answer.body));
    return answer.body.state === "ready" ? answer : undefined;
  });
}

const makeSchedule = (client: Client) =>
  client.post<{ readonly id: string }>("/v1/report-schedules", {
    ...{ name: "Monthly", rhythm: "monthly", type: "transactions", formats: ["csv"] },
  });

const share = async (client: Client, { id }: Report) =>
  (await client.post<Share>(`/v1/reports/${id}/shares`, {})).body;

const tokenOf = ({ url }: Share): string => new URL(url).hash.replace("#token=", "");
