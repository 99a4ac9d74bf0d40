import { addSeconds, type Instant } from "../kernel/time.ts";
import type { Anchor } from "./anchors.ts";
import type { ChainHead } from "./entry.ts";
import type { LogWriter } from "./log-writer.ts";
import type { SignedStatement, Signer } from "./signing.ts";

/** At most one so often. */
const intervalSeconds = 60;
/** With new entries at least one so often, whatever the relay has to do. */
export const checkpointDueSeconds = 600;

export type Checkpoints = {
  /** Signs the chain's end when it has moved and the last checkpoint is old enough, or `atOnce`. */
  make(now: Instant, atOnce?: boolean): Promise<boolean>;
  /** When the last one was made; null = never. */
  lastAt(): Instant | null;
};

export async function openCheckpoints(deps: {
  readonly writer: Pick<LogWriter, "query" | "head">;
  readonly signer: Signer;
  readonly anchors: readonly Anchor[];
  readonly onAnchorFailure: (anchor: string, error: unknown) => void;
}): Promise<Checkpoints> {
  const { writer } = deps;
  const [last] = await writer.query<{ seq: string; at: Instant }>(
    // By the column: the text of that name puts 86 behind 261.
    `select c.seq::text, to_char(c.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
     from audit.checkpoints c order by c.seq desc limit 1`,
  );
  let lastSeq = last ? Number(last.seq) : 0;
  let lastAt = last?.at ?? null;
  await storeKept();

  return {
    lastAt: () => lastAt,
    async make(now, atOnce = false) {
      const head = writer.head();
      if (head.seq <= lastSeq) return false;
      if (!atOnce && lastAt !== null && now < addSeconds(lastAt, intervalSeconds)) return false;
      const signed = deps.signer.sign(checkpointStatement(head, now));
      await writer.query(
        "insert into audit.checkpoints (seq, at, statement, signature) values ($1, $2, $3, $4)",
        [head.seq, now, signed.text, signed.signature],
      );
      [lastSeq, lastAt] = [head.seq, now];
      await Promise.all(deps.anchors.map((anchor) => keep(anchor, signed)));
      return true;
    },
  };

  /** A copy of LogDB may have an entry and not yet the checkpoint of it, which was kept outside all the same. */
  async function storeKept(): Promise<void> {
    for (const signed of deps.anchors.flatMap((anchor) => anchor.latest())) {
      const claim = readCheckpoint(signed);
      if (!claim || claim.seq <= lastSeq || deps.signer.signerOf(signed) === null) continue;
      await writer.query(
        `insert into audit.checkpoints (seq, at, statement, signature)
         select $1, $2, $3, $4 where exists (select from audit.entries where seq = $1 and hash = $5)
         on conflict do nothing`,
        [claim.seq, claim.at, signed.text, signed.signature, claim.hash],
      );
    }
  }

  async function keep(anchor: Anchor, signed: SignedStatement): Promise<void> {
    try {
      await anchor.keep(signed);
    } catch (error) {
      deps.onAnchorFailure(anchor.name, error);
    }
  }
}

/** What a checkpoint says: that the chain's entry `seq` had this hash at that moment. */
export type CheckpointClaim = { readonly seq: number; readonly hash: string; readonly at: string };

/** Null for what is no checkpoint. Says nothing of the signature. */
export function readCheckpoint({ text }: Pick<SignedStatement, "text">): CheckpointClaim | null {
  try {
    const { type, seq, hash, at } = JSON.parse(text);
    const isOne = type === "checkpoint" && Number.isSafeInteger(seq) && seq >= 1;
    return isOne ? { seq, hash: String(hash), at: String(at) } : null;
  } catch {
    return null;
  }
}

const checkpointStatement = ({ seq, hash }: ChainHead, at: Instant) => ({
  ...{ v: 1, type: "checkpoint", seq, hash, at },
});
