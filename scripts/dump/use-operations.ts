import { eventually } from "../../tests/support/eventually.ts";
import type { KnownUser } from "../../tests/support/kept-dumps.ts";
import { createClient } from "./client.ts";

const verifiedTimeoutMs = 60_000;

/** Makes a backup, and lets the administrator have the audit trail verified. */
export async function useOperations(installation: {
  readonly url: string;
  readonly administrator: KnownUser;
  command(...args: readonly string[]): Promise<void>;
}): Promise<void> {
  const { url, administrator, command } = installation;
  const { send, signIn } = createClient(url);
  await command("backup");
  const token = await signIn(administrator);
  const path = "/admin/audit/verification";
  await send("POST", path, undefined, token);
  await eventually(
    "the audit trail is verified",
    async () => (await send<{ state: string }>("GET", path, undefined, token)).state === "done",
    verifiedTimeoutMs,
  );
}
