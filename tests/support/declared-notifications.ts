import { resolve } from "node:path";
import { Glob } from "bun";
import type { NotificationDefinition } from "#platform/notify/notifications";

/** Every kind of message that any module declares, with its name. */
export async function declaredNotifications(): Promise<[string, NotificationDefinition][]> {
  const found: [string, NotificationDefinition][] = [];
  for await (const path of new Glob("src/modules/*/notifications.ts").scan(".")) {
    const exported: Record<string, Record<string, NotificationDefinition>> = await import(
      resolve(path)
    );
    found.push(...Object.values(exported).flatMap((kinds) => Object.entries(kinds)));
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A datum of each name that reads as the real one does. */
export const sampleData = ({ data }: NotificationDefinition): Record<string, string> =>
  Object.fromEntries(data.map((name) => [name, samples[name] ?? `some ${name}`]));

const samples: Readonly<Record<string, string>> = {
  code: "482913",
  minutes: "10",
  time: "2026-11-22T13:05:00.000Z",
  link: "https://app.example.org/reset#token=abc",
  device: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  client: "203.0.113.7",
  day: "2026-12-01",
  money: "1250.00 EUR",
  outstanding: "850.50 EUR",
  person: "Ada Lovelace",
  address: "bora@example.org",
  chain: `12:${"5f".repeat(32)}`,
  left: "7",
  roles: "user, operator",
};
