import { eventually } from "../../tests/support/eventually.ts";
import type { KnownReports, KnownUser } from "../../tests/support/kept-dumps.ts";
import { createClient, type Tokens } from "./client.ts";

type Report = { readonly id: string; readonly state: string; readonly fingerprint: string };

const madeTimeoutMs = 30_000;
const sharePassword = "quiet harbour 1923";

/** Lets somebody make a report, share it with a password, and order one of every month. */
export async function useReports(installation: {
  readonly url: string;
  readonly user: KnownUser;
}): Promise<KnownReports> {
  const { url, user } = installation;
  const { send } = createClient(url, { keyed: false });
  const credentials = { email: user.address, password: user.password };
  const { accessToken: token } = await send<Tokens>("POST", "/auth/sessions", credentials);
  const formats = ["csv", "md"];
  const { id } = await send<Report>(
    ...["POST", "/reports"],
    { type: "transactions", from: "2026-01-01", to: "2026-03-31", formats },
    token,
  );
  const { fingerprint } = await eventually(
    "the report is made",
    async () => {
      const report = await send<Report>("GET", `/reports/${id}`, undefined, token);
      return report.state === "ready" ? report : undefined;
    },
    madeTimeoutMs,
  );
  const share = await send<{ url: string }>(
    ...["POST", `/reports/${id}/shares`],
    { label: "Steuerbüro", password: sharePassword, expiresInDays: 30 },
    token,
  );
  const monthly = { name: "Jeden Monat", rhythm: "monthly", type: "income_statement", formats };
  await send("POST", "/report-schedules", monthly, token);
  const shareToken = new URLSearchParams(new URL(share.url).hash.slice(1)).get("token");
  if (shareToken === null) throw new Error("a share has no token");
  return { address: user.address, id, fingerprint, shareToken, sharePassword };
}
