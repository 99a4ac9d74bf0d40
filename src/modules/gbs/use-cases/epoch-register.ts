import type { Database } from "#platform/db/database";
import type { Clock } from "#platform/kernel/clock";
import type { EpochRegister, EpochRepository } from "../deps.ts";

/** Rows of review keys, for the gateway that makes and destroys their private halves. */
export const createEpochRegister = ({
  db,
  clock,
  epochs,
}: {
  readonly db: Database;
  readonly clock: Clock;
  readonly epochs: EpochRepository;
}): EpochRegister => ({
  ofWeek: (week) => epochs.ofWeek(db.read, week),
  add: (ctx, epoch) => db.transact(ctx, (tx) => epochs.add(tx, epoch, clock.now())),
  unused: (lastWeek, limit) => epochs.unused(db.read, lastWeek, limit),
  setDestroyed: (ctx, ids) => db.transact(ctx, (tx) => epochs.setDestroyed(tx, ids, clock.now())),
  standing: (ids) => epochs.standing(db.read, ids),
});
