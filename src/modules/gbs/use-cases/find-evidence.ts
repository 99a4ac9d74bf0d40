import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { DebtEvidence, EvidenceItem, EvidenceUpload, NamedRecipient } from "../contract.ts";
import type { GbsDeps, ListedEvidence } from "../deps.ts";
import { upToDate } from "../domain/clock-steps.ts";
import { mayAct } from "../domain/debt-machine.ts";
import { evidenceAccess } from "../domain/evidence-access.ts";
import { ownDebt } from "./own-debt.ts";
import { ownUpload, uploadEnded, uploadView } from "./own-upload.ts";

/** A debt has one that is sent back at most a few times. */
const maxItems = 10;

type Deps = Pick<
  GbsDeps,
  "db" | "clock" | "debts" | "sentences" | "uploads" | "recordings" | "lenderHeaders"
>;

/** What is asked for, on its way and there. Throws `gbs.debt_not_found` (404). */
export async function getEvidence(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<DebtEvidence> {
  const { debt: stored, party } = await ownDebt(deps, ctx, parseId(input.id));
  const now = deps.clock.now();
  const { read } = deps.db;
  const debt = upToDate(stored, now);
  const isBorrower = party === "borrower";
  const [consent, sentence, upload, recipient, items] = await Promise.all([
    deps.sentences.consent(read, debt.id),
    isBorrower ? deps.sentences.last(read, debt.id) : undefined,
    isBorrower ? deps.uploads.last(read, debt.id) : undefined,
    isBorrower ? undefined : deps.lenderHeaders.recipient(read, debt.id),
    deps.recordings.ofDebt(read, debt.id, maxItems),
  ]);
  const isWanted = mayAct("borrower", "submit_evidence", debt.state);
  return {
    ...{ debtId: debt.id, kind: debt.evidence },
    consent: consent ? { version: consent.version, givenAt: consent.givenAt } : null,
    sentence: isWanted && sentence && now < sentence.expiresAt ? sentence : null,
    upload: upload && upload.state !== "submitted" ? uploadView(upload, now) : null,
    recipient: recipient ? recipientView(recipient) : null,
    items: items.map((item) => itemView(item, now)),
  };
}

/** Without what proves it. */
const recipientView = ({ recipient, askedAt, provenAt }: NamedRecipient): NamedRecipient => ({
  ...{ recipient, askedAt, provenAt },
});

function itemView(item: ListedEvidence, now: Instant): EvidenceItem {
  const { id, state, submittedAt, decidedAt, reason, sha256, sizeBytes, mediaType } = item;
  const { acknowledgedAt, sealedAt, destroyedAt, integrity } = item;
  return {
    ...{ id, state, access: evidenceAccess(item, now), submittedAt, decidedAt, reason },
    ...{ sha256, sizeBytes, mediaType, acknowledgedAt, sealedAt, destroyedAt, integrity },
  };
}

/** Where an upload goes on. Throws `gbs.upload_not_found` (404) and `gbs.upload_ended` (410). */
export async function resumeUpload(
  deps: Pick<GbsDeps, "db" | "clock" | "uploads">,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<EvidenceUpload> {
  const upload = await getUpload(deps, ctx, input);
  if (upload.state === "discarded") throw uploadEnded(upload.fault);
  return upload;
}

/** What became of an upload. Throws `gbs.upload_not_found` (404). */
export async function getUpload(
  deps: Pick<GbsDeps, "db" | "clock" | "uploads">,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<EvidenceUpload> {
  return uploadView(await ownUpload(deps, ctx, input.id), deps.clock.now());
}
