/** Fails with every import that docs/ARCHITECTURE.md forbids. */
import { checkBoundaries } from "./boundaries.ts";

const { files, breaches } = await checkBoundaries();
for (const { rule, from, to } of breaches) console.error(`${rule}: ${from}${to && ` -> ${to}`}`);
if (files === 0)
  console.error("No file was read: dependency-cruiser does not work with this TypeScript.");
console.log(`${files} files, ${breaches.length} forbidden imports`);
process.exit(files > 0 && breaches.length === 0 ? 0 : 1);
