import type { RequestContext } from "#platform/kernel/context";
import { type AppError, invalidField, readAll } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { CreatedShare, ReportLanguage } from "../contract.ts";
import type { ReportsDeps, StoredReport } from "../deps.ts";
import {
  defaultShareDays,
  expiryOf,
  maxSharesPerReport,
  readLabel,
  readSharePassword,
  sharesMailedBy,
} from "../domain/share.ts";
import { reportsErrors } from "../errors.ts";
import { ownReport, reportNotFound } from "./own-report.ts";
import { requireUser } from "./scope-defaults.ts";
import { shareView } from "./share-view.ts";

type Deps = Pick<
  ReportsDeps,
  | "db"
  | "clock"
  | "ids"
  | "identity"
  | "ledger"
  | "reports"
  | "shares"
  | "shareSecrets"
  | "recipients"
  | "passwords"
  | "attempts"
  | "notify"
  | "links"
>;

export type CreateShareInput = {
  /** Of the report. */
  readonly id: string;
  readonly label?: string | undefined;
  readonly language?: ReportLanguage | undefined;
  readonly expiresInDays?: number | undefined;
  readonly password?: string | undefined;
  readonly recipient?: { readonly name: string; readonly address: string } | undefined;
};

/**
 * Makes a link that opens the report for whoever has it, and mails it when somebody is named. Throws
 * `reports.report_not_found` (404), `reports.not_ready`, `reports.too_many_shares` (409), `limit.exceeded` (429),
 * `cpu.busy` (503).
 */
export async function createShare(
  deps: Deps,
  ctx: RequestContext,
  input: CreateShareInput,
): Promise<CreatedShare> {
  const { report } = await ownReport(deps, ctx, parseId(input.id));
  requireShareable(report, deps.clock.now());
  const { label, password, recipient } = readInput(deps, input);
  const { createdBy } = report;
  const sharer = await requireUser(deps, ctx, createdBy);
  if (recipient) await deps.attempts.require(ctx, sharesMailedBy(createdBy));
  const passwordHash = password === null ? null : await deps.passwords.hash(password);
  const token = deps.shareSecrets.newToken();
  const url = deps.links.share(token);

  return deps.db.transact(ctx, async (tx) => {
    const now = deps.clock.now();
    const locked = await deps.shares.lockReport(tx, report.id);
    if (!locked) throw reportNotFound();
    const filesExpireAt = requireShareable(locked, now);
    if ((await deps.shares.countOpen(tx, report.id, now)) >= maxSharesPerReport)
      throw tooManyShares();
    const share = {
      ...{ id: deps.ids.next(), reportId: report.id, createdBy, label },
      language: input.language ?? report.scope.language,
      createdAt: now,
      expiresAt: expiryOf(now, input.expiresInDays ?? defaultShareDays, filesExpireAt),
      ...{ revokedAt: null, version: 1 },
    };
    await deps.shares.add(tx, share, {
      tokenHash: deps.shareSecrets.hashOf(token),
      passwordHash,
      clientSalt: deps.shareSecrets.newSalt(),
    });
    if (recipient)
      await deps.notify(
        tx,
        "reports.report_shared",
        { ...recipient, locale: share.language },
        { sharer: sharer.displayName, link: url, time: share.expiresAt },
      );
    const unopened = { openings: 0, lastOpenedAt: null, hasPassword: passwordHash !== null };
    return { ...shareView(share, unopened, now), url };
  });
}

function readInput(deps: Pick<Deps, "recipients">, input: CreateShareInput) {
  const { label, password, recipient } = input;
  const { recipients } = deps;
  const { name, address, ...read } = readAll({
    label: () => (label === undefined ? null : readLabel(label)),
    password: () => (password === undefined ? null : readSharePassword(password)),
    name: () => recipient && nameOf(recipients.nameOf(recipient.name)),
    address: () => recipient && addressOf(recipients.addressOf(recipient.address)),
  });
  return { ...read, recipient: name && address ? { name, address } : undefined };
}

function nameOf(name: string | null): string {
  if (name !== null) return name;
  throw invalidField("/recipient/name", "Must have 1 to 40 characters and look like no link.");
}

function addressOf(address: string | null): string {
  if (address !== null) return address;
  throw invalidField("/recipient/address", 'Must be one mail address like "name@example.org".');
}

/** Gives when its files are deleted. */
function requireShareable({ state, expiresAt }: StoredReport, now: Instant): Instant {
  if (state === "ready" && expiresAt !== null && expiresAt > now) return expiresAt;
  throw reportsErrors.fail("not_ready", "Only a report that has files can be shared.", {
    meta: { state },
  });
}

const tooManyShares = (): AppError =>
  reportsErrors.fail(
    "too_many_shares",
    "The report has as many links as it may have: revoke one that is no longer needed.",
    { meta: { max: maxSharesPerReport } },
  );
