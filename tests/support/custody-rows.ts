import { sql } from "drizzle-orm";
import { createCustodyRepository } from "#modules/gbs/storage/custody.repository";
import type { Tx } from "#platform/db/database";
import type { chainOf } from "./custody-chains.ts";

/** Stores a chain as the application does, of a debt that has nothing else. */
export async function storeChain(tx: Tx, chain: ReturnType<typeof chainOf>): Promise<void> {
  const { debtId, head } = chain;
  await tx.execute(sql`
    insert into gbs.debts (id, lender_id, invited_address, invited_address_key, state, suppressed, text_hidden,
      currency, amount, description, time_zone, terms_version, offered_at, offer_expires_at, send_backs, paid,
      chain_length, chain_head, version)
    values (${debtId}, ${debtId}, 'b@example.com', 'b@example.com', 'offered', false, false,
      'EUR', 10, 'For the bike', 'UTC', 1, '2026-11-22T09:30:00Z', '2026-12-06T09:30:00Z', 0, 0,
      ${head.length}, ${head.hash}, 1)`);
  await createCustodyRepository().append(tx, debtId, chain);
}
