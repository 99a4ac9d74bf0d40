import { t } from "elysia";
import {
  currencyCode,
  id,
  instant,
  localDate,
  oneOf,
  orNull,
  pageOf,
  text,
  version,
  wholeNumber,
} from "#platform/http/schemas";
import { maxListedBooks } from "../bounds.ts";
import { nameOf, reasonLike } from "./name-schemas.ts";

const name = nameOf("Household");
const reason = reasonLike("Year-end closing");
const locale = text(35, {
  minLength: 2,
  description: "BCP 47; its language is that of the first categories.",
  examples: ["tr-TR"],
});
const closedThrough = orNull(localDate({ examples: ["2026-09-30"] }), {
  description: "Nothing on or before this day can be written; null = all days are open.",
});

export const book = t.Object({
  id: id(),
  name: t.String({ examples: ["Household"] }),
  baseCurrency: currencyCode({ description: "What totals are stated in.", examples: ["TRY"] }),
  locale: t.String({ examples: ["tr-TR"] }),
  closedThrough,
  role: oneOf(["owner", "editor", "viewer"], {
    description: "Yours: an editor writes, an owner also closes and reopens, a viewer only reads.",
    examples: ["owner"],
  }),
  isDefault: t.Boolean({ description: "What is meant where no book is named." }),
  revision: wholeNumber({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: "Rises with everything that is written into the book.",
    examples: [1],
  }),
  version,
});

export const bookList = t.Object({
  items: t.Array(book, { maxItems: maxListedBooks, description: "The default one first." }),
});

/** Which book, wherever one is asked for or written into. */
export const bookId = t.Optional(id({ description: "Your default book when left out." }));

export const bookParams = t.Object({ id: id() });

export const createBookBody = t.Object(
  {
    name,
    baseCurrency: t.Optional(currencyCode({ examples: ["EUR"] })),
    locale: t.Optional(locale),
  },
  { description: "What is left out is as in your profile." },
);

export const updateBookBody = t.Object(
  {
    name: t.Optional(name),
    baseCurrency: t.Optional(currencyCode({ examples: ["EUR"] })),
    locale: t.Optional(locale),
  },
  { description: "What is left out stays as it is." },
);

export const closeBookBody = t.Object({
  closedThrough: localDate({ description: "The last closed day.", examples: ["2026-08-31"] }),
  reason: t.Optional(reason),
});

export const reopenBookBody = t.Object({ closedThrough, reason });

export const closingPage = pageOf(
  t.Object({
    closedThrough,
    reason: orNull(t.String(), { examples: ["Year-end closing"] }),
    closedBy: id({ description: "The user who did it." }),
    closedAt: instant(),
  }),
);
