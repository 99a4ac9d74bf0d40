import { t } from "elysia";
import { id, instant, oneOf, orNull, version } from "#platform/http/schemas";
import { maxCategories } from "../bounds.ts";
import { bookId } from "./book-schemas.ts";
import { externalCode, nameOf } from "./name-schemas.ts";

const name = nameOf("Groceries");
const kind = oneOf(["income", "expense"], { examples: ["expense"] });
const parentId = orNull(id(), {
  description: "The category that it is a part of; null = none.",
  examples: [null],
});

export const category = t.Object({
  id: id(),
  bookId: id(),
  parentId,
  kind,
  name: t.String({ examples: ["Groceries"] }),
  externalCode: orNull(t.String(), { examples: ["4210"] }),
  isUncategorised: t.Boolean({
    description: "For what has no other. Can be renamed, and neither moved, archived nor deleted.",
  }),
  archivedAt: orNull(instant(), {
    description: "Since when it takes no new transactions.",
    examples: [null],
  }),
  version,
});

export const categoryList = t.Object({
  items: t.Array(category, {
    maxItems: maxCategories,
    description: "All of the book, archived ones too, in the order they were made.",
  }),
});

export const categoriesQuery = t.Object({
  bookId,
});

export const categoryParams = t.Object({ id: id() });

export const createCategoryBody = t.Object({
  bookId,
  kind,
  parentId: t.Optional(parentId),
  name,
  externalCode: t.Optional(externalCode),
});

export const updateCategoryBody = t.Object(
  {
    name: t.Optional(name),
    parentId: t.Optional(parentId),
    externalCode: t.Optional(externalCode),
  },
  { description: "What is left out stays as it is." },
);
