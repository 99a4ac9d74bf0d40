import { type Book, idOf, recorded } from "./book.ts";
import { DemoError } from "./client.ts";
import { amountOf, type Line, type Purse } from "./household.ts";

const importTimeoutMs = 180_000;

/** As banks write them: in their languages, with their dates, decimal marks and separators. */
const banks: Readonly<
  Record<Purse, { readonly heading: string; readonly row: (line: Line) => readonly string[] }>
> = {
  giro: german(),
  card: german(),
  lira: {
    heading: "İşlem Tarihi;Alıcı;Açıklama;Tutar",
    row: ({ date, payee, text, cents }) => [dotted(date), payee, text, withComma(cents)],
  },
  dollars: {
    heading: "Date,Payee,Memo,Paid out,Paid in",
    row: ({ date, payee, text, cents }) => {
      const amount = amountOf(Math.abs(cents));
      return [date, payee, text, ...(cents < 0 ? [amount, ""] : ["", amount])];
    },
  },
};

function german() {
  return {
    heading: "Buchungstag;Empfänger;Verwendungszweck;Betrag",
    row: ({ date, payee, text, cents }: Line) => [dotted(date), payee, text, withComma(cents)],
  };
}

const dotted = (date: string) => date.split("-").toReversed().join(".");
const withComma = (cents: number) =>
  amountOf(cents)
    .replace(".", ",")
    .replace(/\d(?=(\d{3})+,)/g, "$&.");

/** The file that a bank offers for download. */
export function statementOf(purse: Purse, lines: readonly Line[]): string {
  const { heading, row } = banks[purse];
  const separator = heading.includes(";") ? ";" : ",";
  return [heading, ...lines.map((line) => row(line).join(separator)), ""].join("\r\n");
}

type Import = {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly questions: readonly { readonly field: string }[];
  readonly counts: { readonly new: number; readonly faulty: number } | null;
  readonly failure: { readonly detail: string } | null;
};

/** Imports the statements that bring something new. What is in the book already the import finds by itself. */
export async function importStatements(book: Book): Promise<number> {
  const known = await recorded(book);
  const purses = [...book.accountIds.keys()].filter((purse) =>
    linesOf(book, purse).some((line) => !known.has(line)),
  );
  const counts = await Promise.all(purses.map((purse) => importStatement(book, purse)));
  return counts.reduce((total, count) => total + count, 0);
}

const linesOf = ({ household }: Book, purse: Purse) =>
  household.lines.filter((line) => line.purse === purse);

async function importStatement(book: Book, purse: Purse): Promise<number> {
  const { client } = book;
  const accountId = idOf(book.accountIds, purse);
  const query = new URLSearchParams({ accountId, fileName: `${purse}.csv` });
  const file = statementOf(purse, linesOf(book, purse));
  const uploaded = await client.upload<Import>(`/v1/imports?${query}`, file);
  const ready = await settled(book, uploaded);
  const { counts, questions } = ready;
  if (questions.length > 0 || counts === null || counts.faulty > 0)
    throw new DemoError(`The import of ${purse}.csv is not clear: ${JSON.stringify(ready)}`);
  const started = await client.act<Import>(`/v1/imports/${ready.id}/commit`, ready);
  const committed = await settled(book, started);
  if (committed.state !== "committed")
    throw new DemoError(
      `The import of ${purse}.csv was not recorded: ${JSON.stringify(committed)}`,
    );
  return counts.new;
}

/** An import is read and recorded by jobs. */
async function settled({ client }: Book, { id }: Import): Promise<Import> {
  const deadline = performance.now() + importTimeoutMs;
  while (performance.now() < deadline) {
    const seen = await client.get<Import>(`/v1/imports/${id}`);
    if (["ready", "committed", "failed"].includes(seen.state)) return seen;
    await Bun.sleep(250);
  }
  throw new DemoError(`The import ${id} was not done within ${importTimeoutMs / 1000} s.`);
}
