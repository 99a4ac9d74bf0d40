/**
 * Is the API's description good enough to publish?
 *
 *   bun scripts/check-openapi.ts [url or file]     without: what `bun src/main.ts openapi:write <file>` writes
 *
 * Validates the document against OpenAPI 3.0, checks what the standard leaves open (every operation named, tagged,
 * summarised, with an example and all its failures as problem+json) and compares it with docs/openapi.json, whatever
 * host it was served from. Prints each fault on a line of its own; exits 1 when there is one.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";

type Json = { [key: string]: unknown };
const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const methods = ["get", "head", "post", "put", "patch", "delete", "options", "trace"];
const successes = /^2\d\d$/;

/** Every fault of a document, a sentence each; none = publish it. */
export async function faultsOfDocument(document: unknown): Promise<string[]> {
  if (!isJson(document)) return ["the document is not a JSON object"];
  const operations = operationsOf(document);
  if (operations.length === 0) return ["the document describes no operation at all"];
  return [
    ...(await faultsOfStandard(document)),
    ...operations.flatMap(([name, operation]) =>
      faultsOfOperation(operation, document).map((fault) => `${name}: ${fault}`),
    ),
    ...faultsAcross(operations, document),
  ];
}

function operationsOf(document: Json): [string, Json][] {
  const paths = isJson(document["paths"]) ? document["paths"] : {};
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method): [string, Json][] => {
      const operation = isJson(item) ? item[method] : undefined;
      return isJson(operation) ? [[`${method.toUpperCase()} ${path}`, operation]] : [];
    }),
  );
}

async function faultsOfStandard(document: Json): Promise<string[]> {
  // The validator resolves references in place: it gets a copy.
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  if (valid) return [];
  if (!Array.isArray(errors)) return [`not valid OpenAPI: ${String(errors)}`];
  return errors.map((error) => `not valid OpenAPI: ${error.instancePath} ${error.message}`);
}

function faultsOfOperation(operation: Json, document: Json): string[] {
  const faults: string[] = [];
  for (const key of ["operationId", "summary"])
    if (typeof operation[key] !== "string" || operation[key] === "") faults.push(`has no ${key}`);
  if (!Array.isArray(operation["tags"]) || operation["tags"].length === 0)
    faults.push("has no tag");
  if (!Array.isArray(operation["security"])) faults.push("does not say whether it needs a login");
  const responses = isJson(operation["responses"]) ? operation["responses"] : {};
  const statuses = Object.keys(responses);
  if (!statuses.some((status) => successes.test(status))) faults.push("describes no success");
  if (!statuses.includes("500")) faults.push("does not describe 500");
  if (Array.isArray(operation["security"]) && operation["security"].length > 0)
    for (const status of ["401", "403"])
      if (!statuses.includes(status)) faults.push(`needs a login but does not describe ${status}`);
  for (const status of statuses)
    faults.push(
      ...faultsOfResponse(status, responses[status]).map((fault) => `${status} ${fault}`),
    );
  if (needsExample(operation, responses) && !hasExample(operation, responses, document))
    faults.push("has no example in its parameters, body or success");
  return faults;
}

function faultsOfResponse(status: string, response: unknown): string[] {
  if (!isJson(response)) return ["is not described"];
  const faults: string[] = [];
  const { description, content } = response;
  if (typeof description !== "string" || description.trim() === "")
    faults.push("has no description");
  const types = isJson(content) ? Object.keys(content) : [];
  if (Number(status) >= 400 && types.join() !== "application/problem+json")
    faults.push(`is ${types.join(", ") || "without a body"} instead of application/problem+json`);
  if ((status === "204" || status === "304") && types.length > 0) faults.push("has a body");
  if (isJson(content))
    for (const [type, media] of Object.entries(content))
      if (!isJson(media) || !isJson(media["schema"]) || Object.keys(media["schema"]).length === 0)
        faults.push(`has no schema for ${type}`);
  return faults;
}

/** Nothing goes in and nothing comes out: there is nothing to show. */
const needsExample = (operation: Json, responses: Json) =>
  Array.isArray(operation["parameters"]) ||
  isJson(operation["requestBody"]) ||
  Object.entries(responses).some(
    ([status, response]) =>
      successes.test(status) && isJson(response) && isJson(response["content"]),
  );

function hasExample(operation: Json, responses: Json, document: Json): boolean {
  const shown = Object.keys(responses).filter((status) => successes.test(status));
  const parts = [
    operation["parameters"],
    operation["requestBody"],
    ...shown.map((status) => {
      const response = responses[status];
      return isJson(response) ? response["content"] : undefined; // headers are the same everywhere
    }),
  ];
  return parts.some((part) => findExample(part, document, new Set()));
}

function findExample(node: unknown, document: Json, seen: Set<unknown>): boolean {
  if (typeof node !== "object" || node === null || seen.has(node)) return false;
  seen.add(node);
  if (Array.isArray(node)) return node.some((part) => findExample(part, document, seen));
  const object: Json = { ...node };
  if ("example" in object || "examples" in object) return true;
  if (typeof object["$ref"] === "string")
    return findExample(resolve(object["$ref"], document), document, seen);
  return Object.values(object).some((part) => findExample(part, document, seen));
}

const resolve = (reference: string, document: Json): unknown =>
  reference
    .slice(2)
    .split("/")
    .reduce<unknown>((node, key) => (isJson(node) ? node[key] : undefined), document);

function faultsAcross(operations: readonly [string, Json][], document: Json): string[] {
  const ids = operations.map(([, operation]) => operation["operationId"]);
  const twice = ids.filter((id, index) => id !== undefined && ids.indexOf(id) !== index);
  const declared = Array.isArray(document["tags"]) ? document["tags"].filter(isJson) : [];
  const described = new Set(declared.filter((tag) => tag["description"]).map((tag) => tag["name"]));
  const used = new Set(
    operations.flatMap(([, operation]) => (operation["tags"] as string[] | undefined) ?? []),
  );
  return [
    ...[...new Set(twice)].map((id) => `operationId ${id} is used more than once`),
    ...[...used].filter((tag) => !described.has(tag)).map((tag) => `tag ${tag} has no description`),
    ...[...described]
      .filter((tag) => !used.has(String(tag)))
      .map((tag) => `tag ${tag} is not used`),
  ];
}

/** Where two documents differ; undefined = the same but for the address of the server. */
export function differenceOf(served: Json, committed: Json): string | undefined {
  const lines = (document: Json) =>
    JSON.stringify({ ...document, servers: null }, null, 2).split("\n");
  const [ours, theirs] = [lines(served), lines(committed)];
  const line = ours.findIndex((text, index) => text !== theirs[index]);
  if (line < 0 && ours.length === theirs.length) return undefined;
  const at = line < 0 ? ours.length : line;
  return `served: ${ours[at]?.trim() ?? "(end)"} | committed: ${theirs[at]?.trim() ?? "(end)"}`;
}

const committedFile = join(import.meta.dir, "../docs/openapi.json");
const requestTimeoutMs = 10_000;
const writeTimeoutMs = 60_000;

const load = async (source: string): Promise<unknown> =>
  /^https?:/.test(source)
    ? (await fetch(source, { signal: AbortSignal.timeout(requestTimeoutMs) })).json()
    : Bun.file(source).json();

/** The document of this checkout, with a database of its own that is gone afterwards. */
async function write(): Promise<unknown> {
  const directory = await mkdtemp(join(tmpdir(), "openapi-"));
  try {
    const file = join(directory, "openapi.json");
    const writer = Bun.spawn(
      [process.execPath, join(import.meta.dir, "../src/main.ts"), "openapi:write", file],
      {
        env: { ...process.env, DATA_DIR: join(directory, "data"), RATES_REFRESH: "off" },
        stdout: "inherit",
        stderr: "inherit",
        timeout: writeTimeoutMs,
      },
    );
    const code = await writer.exited;
    if (code !== 0) throw new Error(`openapi:write ended with ${code}`);
    return await load(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function main(source: string | undefined): Promise<number> {
  const document = await (source === undefined ? write() : load(source));
  const faults = await faultsOfDocument(document);
  const committed = await load(committedFile).catch(() => undefined);
  if (!isJson(committed)) faults.push("docs/openapi.json is missing or is not JSON");
  else if (isJson(document)) {
    const difference = differenceOf(document, committed);
    if (difference !== undefined)
      faults.push(
        `not what docs/openapi.json says (update it: bun run openapi:write): ${difference}`,
      );
  }
  for (const fault of faults) console.error(`openapi: ${fault}`);
  const count = isJson(document) ? operationsOf(document).length : 0;
  console.log(`openapi: ${count} operations, ${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exit(await main(Bun.argv[2]));
