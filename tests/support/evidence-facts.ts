import type { ModelPlayback, Person } from "./evidence-acts.ts";
import { people } from "./evidence-acts.ts";
import type { Attempted, EvidenceWorld, NamedEvidence } from "./evidence-attempts.ts";
import type { EvidenceFacts } from "./evidence-probes.ts";
import type { TestApp } from "./test-app.ts";

type Item = {
  readonly id: string;
  readonly state: string;
  readonly is_kept: boolean;
  readonly operator_id: string | null;
  readonly is_acknowledged: boolean;
  readonly has_header: boolean;
};
type Upload = { id: string; state: "receiving"; offset: number; lengthBytes: number };

/** What those who act at the same time, and know nothing of each other, have been told. */
export function toldInParallel(world: EvidenceWorld) {
  const { api, users, id: debtId } = world;
  const playbacks: ModelPlayback[] = [];
  const keys: string[] = [];
  const personOf = (userId: string | null): Person | null =>
    people.find((person) => users[person].user.id === userId) ?? null;

  async function rowsOf(sql: TestApp["sql"]) {
    const now = api.clock.now();
    const [[debt], uploads, items, open] = await Promise.all([
      sql<{ is_defaulted: boolean }[]>`
        select defaulted_at is not null as is_defaulted from gbs.debts where id = ${debtId}`,
      sql<Upload[]>`
        select id, state, offset_bytes::int as offset, length_bytes::int as "lengthBytes"
        from gbs.uploads where debt_id = ${debtId} order by id`,
      sql<Item[]>`
        select e.id, e.state, e.destroying_at is null as is_kept, r.operator_id,
          e.acknowledged_at is not null as is_acknowledged,
          exists (select 1 from gbs.lender_headers h where h.evidence_id = e.id) as has_header
        from gbs.evidence e left join gbs.reviews r
          on r.evidence_id = e.id and r.ended_at is null and r.claim_ends_at > ${now}
        where e.debt_id = ${debtId} order by e.id`,
      sql<{ id: string; is_lenders: boolean; is_claimed: boolean }[]>`
        select p.id, p.review_id is null as is_lenders,
          r.ended_at is null and r.claim_ends_at > ${now} as is_claimed
        from gbs.playbacks p left join gbs.reviews r on r.id = p.review_id
        where p.ended_at is null and p.expires_at > ${now}`,
    ]);
    return { isDefaulted: debt?.is_defaulted === true, uploads, items, open };
  }

  return {
    learn({ playback, key, generation }: Attempted): void {
      if (playback) playbacks.push(playback);
      if (key !== undefined && generation !== undefined) keys[generation - 1] = key;
    },
    /** For attempts that are all sent at the same time. */
    async named(): Promise<NamedEvidence> {
      const { uploads, items } = await rowsOf(api.sql);
      const debt = await users.lender.debt(debtId);
      const latest = { cancellation: debt.openCancellation, dispute: debt.openDispute };
      return {
        upload: (pick) => uploads.at(-1 - pick),
        item: (pick) => items.at(-1 - pick),
        known: {
          ...{ cancellation: latest.cancellation?.id ?? "", dispute: latest.dispute?.id ?? "" },
          payment: debt.openPayments.at(-1)?.id ?? "",
        },
        keys: () => keys,
        claim: () => null,
        approved: () => items.find(({ state }) => state === "approved"),
        now: () => Date.parse(api.clock.now()),
      };
    },
    /** Once nobody acts any more: by what the rows say alone. */
    async facts(): Promise<EvidenceFacts> {
      const { isDefaulted, uploads, items, open } = await rowsOf(api.sql);
      const approved = items.find(({ state, is_kept }) => state === "approved" && is_kept);
      const isLive = ({ id, evidenceId }: ModelPlayback): boolean => {
        const found = open.find((one) => one.id === id);
        const item = items.find((one) => one.id === evidenceId);
        if (!found || !item?.is_kept) return false;
        return found.is_lenders
          ? item.state === "approved"
          : item.state === "submitted" && found.is_claimed;
      };
      return {
        uploadIds: uploads.map(({ id }) => id),
        items: items
          .map(({ id, state, operator_id }) => ({
            ...{ id, isWaiting: state === "submitted", claimedBy: personOf(operator_id) },
          }))
          .toReversed(),
        borrowerOperates: false,
        isRevealing: approved !== undefined && !approved.is_acknowledged,
        isHandedOut: approved?.has_header === true && isDefaulted,
        key: keys.at(-1),
        playbacks: playbacks.slice(-4).map((one) => ({ ...one, isLive: isLive(one) })),
      };
    },
  };
}
