import { desc } from "drizzle-orm";
import type { Reader } from "../db/database.ts";
import type { Job } from "../jobs/jobs.ts";
import type { Mail, Mailer } from "../mail/mailer.ts";
import { anchorLine } from "./anchors.ts";
import { readCheckpoint } from "./checkpoints.ts";
import { type SignedStatement, signedBy } from "./signing.ts";
import { checkpoints } from "./tables.ts";

/**
 * Mails the newest checkpoint each day to somebody whose mailbox none of our passwords opens. Whoever alters the trail
 * cannot alter what lies there: the text of such a mail, saved as it is, is a file for `audit:verify --anchors`.
 */
export function witnessMailJobs(deps: {
  readonly log: { readonly read: Reader };
  readonly mailer: Mailer;
  /** Null = nobody, and no job. */
  readonly witness: Mail["to"] | null;
  /** Tells installations apart. */
  readonly publicUrl: string;
}): readonly Job[] {
  const { log, mailer, witness, publicUrl } = deps;
  if (witness === null) return [];
  const job: Job = {
    name: "platform.mail_checkpoint",
    cron: "0 5 * * *",
    policy: "singleton",
    // For most of a day: then the next one is due, which says more.
    ...{ retryLimit: 24, retryDelaySeconds: 60, expireSeconds: 120 },
    onRestore: "drop",
    async run(_ctx, _payload, signal) {
      const [newest] = await log.read
        .select({ text: checkpoints.statement, signature: checkpoints.signature })
        .from(checkpoints)
        .orderBy(desc(checkpoints.seq))
        .limit(1);
      if (newest) await mailer.send(witnessMail(newest, { witness, publicUrl }), signal);
    },
  };
  return [job];
}

function witnessMail(
  checkpoint: SignedStatement,
  { witness, publicUrl }: { readonly witness: Mail["to"]; readonly publicUrl: string },
): Mail {
  const claim = readCheckpoint(checkpoint);
  if (!claim) throw new Error("the newest checkpoint of the audit trail cannot be read");
  const { seq, at } = claim;
  return {
    id: `audit-checkpoint-${seq}`,
    to: witness,
    subject: `Audit trail of ${publicUrl}: entry ${seq}`,
    html: null,
    text: `Please keep this mail. It lets you show later whether anybody has rewritten the audit trail of
${publicUrl}, those who run it included.

On ${at} the trail had ${seq} entries, and the last line below is a signed statement of that.
It was signed with the key ${signedBy(checkpoint)}.

To check the trail against it, have a list of the trail's entries verified by somebody who has access to the
database. They save the text of this mail as a file and run
  bun src/main.ts audit:verify --anchors <file> --key <the key above>

${anchorLine(checkpoint)}
`,
  };
}
