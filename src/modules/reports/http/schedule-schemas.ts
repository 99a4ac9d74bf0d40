import { t } from "elysia";
import {
  cursor,
  id,
  instant,
  localDate,
  oneOf,
  pageLimit,
  pageOf,
  text,
  version,
} from "#platform/http/schemas";
import { bookIdInput, failure, orNull, record, scopeFields, scopeInput } from "./report-schemas.ts";

const maxNameLength = 100;

const name = text(maxNameLength, { minLength: 1, examples: ["For the accountant"] });
const rhythm = oneOf(["weekly", "monthly"], {
  description:
    "`weekly`: on Mondays, of the seven days before; `monthly`: on the first, of the month before.",
  examples: ["monthly"],
});

export const scheduleBody = t.Object({ bookId: bookIdInput, name, rhythm, ...scopeInput });

export const scheduleChangesBody = t.Partial(
  t.Object({
    name,
    rhythm,
    ...scopeInput,
    paused: t.Boolean({
      description: "False lets it go on: with the next week or month that begins.",
    }),
  }),
  { minProperties: 1, description: "What is left out stays as it is." },
);

export const scheduleParams = t.Object({ id: id() });
export const schedulesQuery = t.Object({ bookId: t.Optional(id()), limit: pageLimit, cursor });

const fields = {
  id: id(),
  bookId: id(),
  name,
  rhythm,
  ...scopeFields,
  state: oneOf(["active", "paused"], { examples: ["active"] }),
  pausedFor: orNull(failure),
  nextOn: orNull(
    localDate({
      description:
        "The next report is made when this day begins in `timeZone`; null while it is paused.",
      examples: ["2026-12-01"],
    }),
  ),
  nextPeriod: orNull(record({ from: localDate(), to: localDate() })),
  createdBy: id(),
  createdAt: instant(),
  updatedAt: instant(),
};

/** A schedule in an answer. */
export const schedule = record({ ...fields, version });
export const schedulesPage = pageOf(schedule);
