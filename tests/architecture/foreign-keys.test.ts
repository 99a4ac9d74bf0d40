import { afterAll, expect, test } from "bun:test";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { cloneDatabase } from "../support/test-database.ts";

const clone = await cloneDatabase("main");
const owner = postgres({
  ...postgresJsOptions(parseConnection(clone.ownerUrl)),
  max: 1,
  onnotice: () => {},
});
afterAll(async () => {
  await owner.end();
  await clone.close();
});

const crossing = () => owner<{ name: string }[]>`
  select format('%s.%s', from_schema.nspname, c.conname) as name
  from pg_constraint c
    join pg_class from_table on from_table.oid = c.conrelid
    join pg_namespace from_schema on from_schema.oid = from_table.relnamespace
    join pg_class to_table on to_table.oid = c.confrelid
  where c.contype = 'f' and from_table.relnamespace <> to_table.relnamespace`;

test("no foreign key leads from one module's schema into another's", async () => {
  expect(await crossing()).toHaveLength(0);
});

test("a foreign key between schemas would be found", async () => {
  await owner.unsafe(`
    create schema planted_a; create table planted_a.t (id int primary key);
    create schema planted_b; create table planted_b.t (id int references planted_a.t)`);
  expect((await crossing()).map(({ name }) => name)).toEqual(["planted_b.t_id_fkey"]);
});
