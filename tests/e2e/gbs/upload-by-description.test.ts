import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type EvidencePair,
  evidencePair,
  longVideo,
  mebibyte,
  openEvidenceApp,
} from "../../support/evidence.ts";
import { farOffer } from "../../support/hand-over.ts";
import type { TestApp } from "../../support/test-app.ts";

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: { readonly enum?: readonly string[]; readonly example?: unknown };
};
type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, { readonly headers?: object }>>;
};
type Described = { readonly method: string; readonly path: string; readonly operation: Operation };

/** All that this client knows of us. */
const { paths } = (await Bun.file("docs/openapi.json").json()) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
const operations: readonly Described[] = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    ...{ method: method.toUpperCase(), path, operation },
  })),
);
function operationOf(id: string): Described {
  const found = operations.find(({ operation }) => operation.operationId === id);
  if (!found) throw new Error(`${id} is not described`);
  return found;
}
const headersOf = ({ operation }: Described) =>
  (operation.parameters ?? []).filter((one) => one.in === "header");

let api: TestApp;
let pair: EvidencePair;
beforeAll(async () => {
  api = await openEvidenceApp();
  pair = await evidencePair(api);
}, 180_000);
afterAll(() => api.close());

/** Asks as the description says; every header that it promises has to be there, and none that it does not know. */
async function ask(
  id: string,
  asked: {
    readonly of: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly without?: string;
    readonly body?: Uint8Array | ReadableStream<Uint8Array>;
    readonly signal?: AbortSignal;
  },
): Promise<Response> {
  const described = operationOf(id);
  const required = headersOf(described).filter((one) => one.required);
  const told = required.map(({ name, schema }): [string, string] => [
    ...([name, asked.headers?.[name] ?? schema.enum?.[0] ?? ""] as const),
  ]);
  const [type] = Object.keys(described.operation.requestBody?.content ?? {});
  const answer = await fetch(`${api.url}${described.path.replace("{id}", asked.of)}`, {
    ...{ method: described.method, body: asked.body ?? null, signal: asked.signal ?? null },
    headers: {
      authorization: `Bearer ${await pair.borrower.token()}`,
      "x-forwarded-for": "10.8.8.8",
      ...(type ? { "content-type": type } : {}),
      ...Object.fromEntries(told.filter(([name]) => name !== asked.without)),
    },
  });
  if (answer.ok) {
    const promised = Object.keys(described.operation.responses[answer.status]?.headers ?? {});
    expect(promised.filter((name) => !answer.headers.has(name))).toEqual([]);
    const ours = [...answer.headers.keys()].filter((name) => /^(tus|upload|location)/.test(name));
    const known = promised.map((name) => name.toLowerCase());
    expect(ours.filter((name) => !known.includes(name))).toEqual([]);
  }
  return answer;
}

const streamed = (...pieces: readonly Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
const offsetOf = ({ headers }: Response) => Number(headers.get("upload-offset"));
const accepted = async () => (await pair.accepted(farOffer)).id;
const begun = async (length: number): Promise<string> => {
  const headers = { "Upload-Length": String(length) };
  const answer = await ask("beginEvidenceUpload", { of: await accepted(), headers });
  expect(answer.status).toBe(201);
  return answer.headers.get("location")?.split("/").at(-1) ?? "";
};
const least = 4 * mebibyte;

describe("a client that knows the description alone", () => {
  test("sends a recording, also where it says no length, stops early and breaks off", async () => {
    const video = await longVideo(3 * least + 1_000);
    const abilities = await ask("describeEvidenceUploads", { of: await accepted() });
    expect(abilities.headers.get("upload-limit")).toBe(`min-append-size=${least}`);
    const id = await begun(video.length);
    const at = async () => {
      const answer = await ask("resumeEvidenceUpload", { of: id });
      expect([answer.status, await answer.text()]).toEqual([200, ""]);
      return offsetOf(answer);
    };
    const send = (from: number, to: number, body?: ReadableStream<Uint8Array>) =>
      ask("sendEvidenceUpload", {
        ...{ of: id, headers: { "Upload-Offset": String(from) } },
        body: body ?? video.subarray(from, to),
      });
    expect(offsetOf(await send(0, least))).toBe(least);

    // No Content-Length, and the body ends in the middle of a segment.
    const early = video.subarray(least, 2 * least + mebibyte);
    const stopped = await send(
      least,
      0,
      streamed(early.subarray(0, mebibyte), early.subarray(mebibyte)),
    );
    expect([stopped.status, offsetOf(stopped), await at()]).toEqual([204, 2 * least, 2 * least]);
    const tooEarly = await send(2 * least, 0, streamed(video.subarray(2 * least, 2 * least + 10)));
    expect([tooEarly.status, offsetOf(tooEarly), await at()]).toEqual([204, 2 * least, 2 * least]);

    const tooShort = await send(2 * least, 2 * least + 10);
    expect([tooShort.status, await tooShort.json()]).toMatchObject([
      422,
      {
        detail: expect.stringContaining(`${least} bytes`),
        errors: [{ path: "Content-Length", detail: expect.stringContaining(`${least} bytes`) }],
      },
    ]);
    expect(offsetOf(await send(2 * least, video.length))).toBe(video.length);
    expect((await ask("getEvidenceUpload", { of: id })).status).toBe(200);
    await pair.finish(id);
    expect(await pair.recorder.state(id)).toMatchObject({ state: "submitted" });
  });

  test("cancels one", async () => {
    const id = await begun(least);
    expect((await ask("cancelEvidenceUpload", { of: id })).status).toBe(204);
    expect((await ask("resumeEvidenceUpload", { of: id })).status).toBe(410);
  });

  test("is refused when it leaves out what is said to be required", async () => {
    const id = await begun(least);
    const ids = operations
      .filter(({ path }) => path.includes("evidence-uploads") || path.endsWith("/evidence/uploads"))
      .flatMap((described) =>
        headersOf(described)
          .filter((one) => one.required)
          .map(({ name }) => [described.operation.operationId, name] as const),
      );
    expect(ids).toHaveLength(6);
    for (const [operation, without] of ids) {
      const of = operation === "beginEvidenceUpload" ? await accepted() : id;
      const headers = { "Upload-Length": "100", "Upload-Offset": "0" };
      const answer = await ask(operation, { of, headers, without });
      expect([operation, without, answer.status]).toEqual([
        ...[operation, without, without === "Tus-Resumable" ? 412 : 422],
      ]);
    }
  });
});

test("every header that a route of a module reads is described", async () => {
  const described = new Set(
    operations.flatMap((one) => headersOf(one).map(({ name }) => name.toLowerCase())),
  );
  // What says who asks and what is sent has a place of its own in OpenAPI.
  for (const name of ["authorization", "content-length", "content-type", "cookie", "user-agent"])
    described.add(name);
  const read: string[] = [];
  for await (const path of new Bun.Glob("src/modules/*/http/**/*.ts").scan("."))
    for (const [, name = ""] of (await Bun.file(path).text()).matchAll(
      /(?:headers\.get|readByteCount\(request,)\(?\s*"([A-Za-z-]+)"/g,
    ))
      read.push(name.toLowerCase());
  expect(read).toContain("tus-resumable");
  expect(read).toContain("upload-offset");
  expect([...new Set(read)].filter((name) => !described.has(name))).toEqual([]);
});
