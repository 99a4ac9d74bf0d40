import { AgeError } from "#platform/age/errors";
import { headerForRecipient, openHeader } from "#platform/age/header";
import { newIdentity } from "#platform/age/identities";
import type { Clock } from "#platform/kernel/clock";
import type { RequestContext } from "#platform/kernel/context";
import { type Id, type Ids, isId } from "#platform/kernel/ids";
import { epochMs, type LocalDate } from "#platform/kernel/time";
import type { Keyring } from "#platform/keyring/keyring";
import { maxKeysAtOnce, type ObjectStore } from "#platform/storage/object-store";
import { lastPastWeek, type ReviewEpoch, weekOf } from "../domain/epochs.ts";

/** Keys that recordings are wrapped to while operators review them: one a week, each gone once nothing needs it. */
export type ReviewKeys = {
  /**
   * The file key of a recording as the header of an age file, for the key of this week: the header belongs into volatile
   * storage, the epoch's id into the upload's row.
   */
  wrap(
    ctx: RequestContext,
    fileKey: Uint8Array,
  ): Promise<{ readonly epochId: Id; readonly header: Uint8Array }>;
  /**
   * The file key of a recording; null when nobody can open it any more: its header or the epoch's private half is gone,
   * or the header is not what was wrapped to this epoch.
   */
  open(
    ctx: RequestContext,
    upload: { readonly uploadId: Id; readonly epochId: Id },
  ): Promise<Uint8Array | null>;
  /** Destroys the private halves of past weeks that no header needs, and what was left of making them. */
  destroyUnused(ctx: RequestContext): Promise<void>;
};

/** What is public of the keys, and which of them are still needed. */
export type EpochRegister = {
  /** The one whose private half exists. */
  ofWeek(week: LocalDate): Promise<ReviewEpoch | undefined>;
  /** False when the week has one already. */
  add(ctx: RequestContext, epoch: ReviewEpoch): Promise<boolean>;
  /** Of weeks until `lastWeek`, to which nothing is wrapped that anybody may still have to open. */
  unused(lastWeek: LocalDate, limit: number): Promise<readonly Id[]>;
  setDestroyed(ctx: RequestContext, ids: readonly Id[]): Promise<void>;
  /** Of these, those whose private half has to exist. */
  standing(ids: readonly Id[]): Promise<readonly Id[]>;
};

type Deps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keyring: Pick<Keyring, "seal" | "open">;
  /** In no backup: with the private half goes all that was wrapped to it. */
  readonly volatile: ObjectStore;
  readonly epochs: EpochRegister;
  /** The header of an upload; null = there is none. */
  readonly readReviewHeader: (uploadId: Id) => Promise<Uint8Array | null>;
};

const purpose = "review-epoch";
const prefix = "epochs/";
const keyOf = (epochId: Id) => `${prefix}${epochId}`;
/** An identity under the keyring has some 150. */
const maxSealedBytes = 1_000;
const epochsAtOnce = 100;
/** Whoever makes an epoch says so in its row within this time, or never. */
const makingMs = 3_600_000;

/**
 * The private half lies in volatile storage alone, sealed under the keyring: whoever has one of both has nothing. It is
 * there before its row is, so that nothing is ever wrapped to a key that nobody has.
 */
export function createReviewKeys(deps: Deps): ReviewKeys {
  const { clock, ids, keyring, volatile, epochs } = deps;

  async function current(ctx: RequestContext): Promise<ReviewEpoch> {
    const week = weekOf(clock.now());
    const found = await epochs.ofWeek(week);
    if (found && (await identityOf(found.id)) !== null) return found;
    // What is volatile was lost: nobody could open what would be wrapped to this one.
    if (found) await epochs.setDestroyed(ctx, [found.id]);
    return makeEpoch(ctx, week);
  }

  async function makeEpoch(ctx: RequestContext, week: LocalDate): Promise<ReviewEpoch> {
    const { identity, recipient } = await newIdentity();
    const epoch = { id: ids.next(), week, recipient };
    await volatile.put(keyOf(epoch.id), bytesOf(keyring.seal(purpose, identity, epoch.id)));
    const isOurs = await epochs.add(ctx, epoch);
    if (isOurs) return epoch;
    await volatile.delete([keyOf(epoch.id)]);
    const theirs = await epochs.ofWeek(week);
    if (!theirs) throw new Error("the epoch of this week is gone");
    return theirs;
  }

  async function identityOf(epochId: Id): Promise<string | null> {
    const sealed = await readText(volatile, keyOf(epochId));
    return sealed === null ? null : keyring.open(purpose, sealed, epochId);
  }

  /** What somebody made whom another was ahead of, and died before he cleared it away. */
  async function clearLeftovers(): Promise<void> {
    let after: string | undefined;
    for (;;) {
      const page = await volatile.list(prefix, { after, limit: maxKeysAtOnce });
      const madeUntil = epochMs(clock.now()) - makingMs;
      const old = page
        .filter(({ modifiedMs }) => modifiedMs < madeUntil)
        .map(({ key }) => key.slice(prefix.length));
      const standing = new Set<string>(await epochs.standing(old.filter(isId)));
      const left = old.filter((id) => !standing.has(id));
      if (left.length > 0) await volatile.delete(left.map((id) => `${prefix}${id}`));
      if (page.length < maxKeysAtOnce) return;
      after = page.at(-1)?.key;
    }
  }

  return {
    async wrap(ctx, fileKey) {
      const { id, recipient } = await current(ctx);
      return { epochId: id, header: await headerForRecipient(fileKey, recipient) };
    },

    async open(_ctx, { uploadId, epochId }) {
      const header = await deps.readReviewHeader(uploadId);
      const identity = header && (await identityOf(epochId));
      if (!header || !identity) return null;
      return openHeader(header, { identity }).catch((error: unknown) => {
        if (error instanceof AgeError) return null;
        throw error;
      });
    },

    async destroyUnused(ctx) {
      const unused = await epochs.unused(lastPastWeek(clock.now()), epochsAtOnce);
      if (unused.length > 0) {
        await volatile.delete(unused.map(keyOf));
        await epochs.setDestroyed(ctx, unused);
      }
      await clearLeftovers();
    },
  };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array, void> {
  yield new TextEncoder().encode(text);
}

async function readText(store: ObjectStore, key: string): Promise<string | null> {
  const found = await store.get(key);
  if (!found) return null;
  if (found.sizeBytes > maxSealedBytes) {
    await found.chunks.return?.();
    return null;
  }
  const parts = await Array.fromAsync(found.chunks);
  return Buffer.concat(parts).toString("utf8");
}
