import { archiveOrDelete, close, open, reopen, setOpening } from "./ledger-book-verbs.ts";
import { importFile, undo } from "./ledger-import-verbs.ts";
import type { Step } from "./ledger-plans.ts";
import { bulk, change, record, voidOne } from "./ledger-transaction-verbs.ts";
import type { Played, World } from "./ledger-world.ts";

/** Tries one step; what it begins from is read right before it. Undefined = there is nothing to do it to. */
export function perform(world: World, step: Step): Promise<Played | undefined> {
  switch (step.do) {
    case "record":
      return record(world, step.written);
    case "change":
      return change(world, step.which, step.written);
    case "void":
      return voidOne(world, step.which);
    case "bulk":
      return bulk(world, step.filter, step.what);
    case "import":
      return importFile(world, step.which, step.file);
    case "undo":
      return undo(world, step.which);
    case "close":
      return close(world, step.day);
    case "reopen":
      return reopen(world);
    case "open":
      return open(world, step.units, step.day);
    case "opening":
      return setOpening(world, step);
    default:
      return archiveOrDelete(world, step.do, step.which);
  }
}
