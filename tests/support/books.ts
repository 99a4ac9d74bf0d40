import type { Book, BookRole, Category } from "#modules/ledger/contract";
import type { Id } from "#platform/kernel/ids";
import { type NewUser, signedInUser } from "./identity.ts";
import type { TestApp } from "./test-app.ts";

/** A signed-in user with the book that everybody has. */
export async function bookOwner(api: TestApp, asked: NewUser = {}) {
  const client = await signedInUser(api, asked);
  const [book] = (await client.get<{ items: Book[] }>("/v1/books")).body.items;
  if (!book) throw new Error("nobody is without a book");
  return { ...client, book };
}

export type BookOwner = Awaited<ReturnType<typeof bookOwner>>;

/** Another signed-in user, who is a member of the book: there is no route for inviting one. */
export async function joinBook(api: TestApp, bookId: Id, role: BookRole) {
  const client = await signedInUser(api);
  await api.sql`insert into ledger.book_members (book_id, user_id, role, added_at)
    values (${bookId}, ${client.user.id}, ${role}, ${api.clock.now()})`;
  return client;
}

/** The book's categories by name; of those with the same name the one that was made last. */
export async function categoriesOf(
  { get }: Pick<BookOwner, "get">,
  bookId?: Id,
): Promise<ReadonlyMap<string, Category>> {
  const query = bookId === undefined ? "" : `?bookId=${bookId}`;
  const { items } = (await get<{ items: Category[] }>(`/v1/categories${query}`)).body;
  return new Map(items.map((category) => [category.name, category]));
}
