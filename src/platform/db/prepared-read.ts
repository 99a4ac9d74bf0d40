import type { Reader, ReadPool } from "./database.ts";

/** What Drizzle's `.prepare(name)` gives. */
type Prepared<Row> = { execute(values: Record<string, unknown>): Promise<Row> };

/**
 * A read that Drizzle builds once per pool and PostgreSQL plans once per connection (measured: 8,000 -> 22,000 a
 * second). `build` gets the pool and gives `pool.select()...prepare(name)` with `sql.placeholder("key")` for each key
 * of Values. Only for the pool: inside a transaction such a statement would run on another connection, outside it,
 * so a Tx is refused by the compiler.
 */
export function preparedRead<Values extends Record<string, unknown>, Row>(
  name: string,
  build: (read: Reader, name: string) => Prepared<Row>,
): (read: ReadPool, values: Values) => Promise<Row> {
  const statements = new WeakMap<ReadPool, Prepared<Row>>();
  return (read, values) => {
    let statement = statements.get(read);
    if (!statement) {
      statement = build(read, name);
      statements.set(read, statement);
    }
    return statement.execute(values);
  };
}
