import { expect } from "bun:test";
import type { DebtParty } from "#modules/gbs/contract";
import type { DebtPair } from "./gbs.ts";
import type { TestApp } from "./test-app.ts";

type Entry = {
  readonly seq: number;
  readonly hash: string;
  readonly kind: string;
  readonly actor: { readonly role: string };
  readonly data: Readonly<Record<string, unknown>>;
};

const other = (role: string): DebtParty => (role === "lender" ? "borrower" : "lender");
const lender = (): DebtParty[] => ["lender"];
const borrower = (): DebtParty[] => ["borrower"];
const whoeverDidNot = ({ actor }: Entry): DebtParty[] => [other(actor.role)];

/** Who is told of what; nobody of all else. */
const told: Readonly<Record<string, (entry: Entry) => DebtParty[]>> = {
  delivered: borrower,
  accepted: lender,
  declined: lender,
  withdrawn: borrower,
  expired: lender,
  amendment_proposed: whoeverDidNot,
  amendment_accepted: whoeverDidNot,
  amendment_declined: whoeverDidNot,
  payment_claimed: lender,
  payment_confirmed: borrower,
  payment_contested: borrower,
  cancellation_proposed: whoeverDidNot,
  cancellation_declined: whoeverDidNot,
  // Recorded with the acceptance that it follows.
  cancelled: whoeverDidNot,
  dispute_raised: lender,
  reminded: ({ data }) => [data["to"] === "lender" ? "lender" : "borrower"],
  defaulted: borrower,
};

/** Agreements and receipts are told of when they are made, with a later end of the log. */
const aboutDocuments = /^(Agreement with|Settled:)/;
const chainPattern = /\b(\d+):([0-9a-f]{64})\b/;

/** That each step of a debt was told to whom it is told, once, with the end of the log right after it; and nothing else. */
export async function expectMailsOf(api: TestApp, pair: DebtPair, debtId: string): Promise<void> {
  await api.mails.run();
  const rows = await api.sql<{ entry: string; hash: string }[]>`
    select entry, hash from gbs.custody_entries where debt_id = ${debtId} order by seq`;
  const entries = rows.map(({ entry, hash }): Entry => ({ ...JSON.parse(entry), hash }));
  const hashes = new Set(entries.map(({ hash }) => hash));
  const due = entries.flatMap((entry) =>
    (told[entry.kind]?.(entry) ?? []).map((party) => `${party} ${entry.seq}:${entry.hash}`),
  );
  const settled = entries.filter(({ kind }) => kind === "settled").length;
  const got: string[] = [];
  for (const party of ["lender", "borrower"] as const) {
    const mails = (await api.mails.to(pair.as(party).user.address)).flatMap(({ subject, text }) => {
      const [chain, , hash = ""] = chainPattern.exec(text) ?? [];
      return chain && hashes.has(hash) ? [{ subject, chain }] : [];
    });
    for (const { subject, chain } of mails)
      if (!aboutDocuments.test(subject)) got.push(`${party} ${chain}`);
    expect(mails.filter(({ subject }) => subject.startsWith("Settled:"))).toHaveLength(settled);
  }
  expect(got.toSorted()).toEqual(due.toSorted());
  expect(await api.mails.to(pair.stranger.user.address)).toEqual([]);
}
