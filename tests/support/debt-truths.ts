import { expect } from "bun:test";
import { verifyChain } from "#modules/gbs/domain/verify-chain";
import { createCustodySigner } from "#modules/gbs/gateways/custody-signer";
import { createCustodyRepository } from "#modules/gbs/storage/custody.repository";
import { isId } from "#platform/kernel/ids";
import type { TestApp } from "./test-app.ts";

const maxEntries = 10_000;

type Row = {
  readonly amount: string;
  readonly paid: string;
  readonly chain_length: number;
  readonly chain_head: string;
};

/** How often each kind of step was recorded of a debt. */
export async function stepsOf(api: TestApp, debtId: string): Promise<Record<string, number>> {
  const rows = await api.sql<{ kind: string; times: number }[]>`
    select kind, count(*)::int as times from gbs.custody_entries where debt_id = ${debtId} group by kind`;
  return Object.fromEntries(rows.map(({ kind, times }) => [kind, times]));
}

/**
 * What holds of every debt at all times, whatever was done to it: what is paid is the sum of what was confirmed, nobody
 * has claimed more than the rest, the parts in force add up to the amount, and the log is whole up to its kept end.
 */
export async function expectSound(api: TestApp, debtId: string): Promise<void> {
  if (!isId(debtId)) throw new Error("not an id");
  const [row] = await api.sql<Row[]>`
    select amount::text, paid::text, chain_length, chain_head from gbs.debts where id = ${debtId}`;
  if (!row) throw new Error("there is no such debt");
  const [sums] = await api.sql<{ sound: boolean }[]>`
    select coalesce(sum(p.amount) filter (where p.state = 'confirmed'), 0) = d.paid
       and d.paid + coalesce(sum(p.amount) filter (where p.state = 'claimed'), 0) <= d.amount
       and d.amount = (select sum(i.amount) from gbs.instalments i
                        where i.debt_id = d.id and i.terms_version = d.terms_version) as sound
    from gbs.debts d left join gbs.payments p on p.debt_id = d.id where d.id = ${debtId} group by d.id`;
  expect({ ...row, sums: sums?.sound }).toEqual({ ...row, sums: true });
  const entries = await createCustodyRepository().entries(api.db.read, debtId, {
    ...{ after: 0, limit: maxEntries },
  });
  const head = { length: row.chain_length, hash: row.chain_head };
  expect(entries).toHaveLength(head.length);
  expect(verifyChain({ debtId, entries, head }, createCustodySigner(api.keyring))).toEqual([]);
}
