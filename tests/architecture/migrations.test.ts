import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { folderOf, readJournal } from "#platform/db/journal";
import { logLayout, mainLayout } from "#platform/db/layout";
import { moduleSchemas } from "../support/module-schemas.ts";

const layouts = [mainLayout(moduleSchemas), logLayout];
const folders = layouts.flatMap((layout) => layout.schemas.map((schema) => ({ layout, schema })));

test("every folder below drizzle/ belongs to a schema that is migrated", () => {
  expect(readdirSync(logLayout.migrationsRoot).sort()).toEqual(
    folders.map(({ schema }) => folderOf(schema)).sort(),
  );
});

test.each(folders.map(({ layout, schema }) => [folderOf(schema), layout, schema] as const))(
  "the migrations of %s are numbered, named verb_noun, and dated one after the other",
  (folder, layout, schema) => {
    const names = readJournal(layout, schema).map(({ name }) => name); // throws when a date does not rise
    names.forEach((name, index) => {
      expect(name).toMatch(
        new RegExp(`^${folder}/${String(index).padStart(4, "0")}_[a-z]+(_[a-z0-9]+)+$`),
      );
    });
    const files = readdirSync(join(layout.migrationsRoot, folder)).filter((f) =>
      f.endsWith(".sql"),
    );
    expect(files.sort()).toEqual(names.map((name) => `${name.split("/")[1]}.sql`).sort());
    expect(existsSync(join(layout.migrationsRoot, folder, "meta/_journal.json"))).toBe(true);
  },
);
