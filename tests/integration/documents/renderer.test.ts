import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createDocumentRenderer,
  RenderError,
  type RenderOrder,
} from "#platform/documents/renderer";
import { sampleParts, storeModel } from "../../support/documents.ts";
import { eventually } from "../../support/eventually.ts";

const directory = mkdtempSync(join(tmpdir(), "fintrack-renderer-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const newPath = () => join(directory, `${files++}.pdf`);
const noLimit = () => new AbortController().signal;

async function orderOf(rows: number, outPath = newPath()): Promise<RenderOrder> {
  const { path, fingerprint } = await storeModel(sampleParts({ language: "de-DE", rows }));
  return { modelPath: path, fingerprint, format: "pdf", outPath };
}

async function failureOf(rendering: Promise<unknown>): Promise<unknown> {
  return rendering.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Files that this process has open below a directory, deleted ones, too. */
const openFiles = (below: string): string[] =>
  readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${name}`);
      return path.startsWith(below) ? [path] : [];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });

describe("a file", () => {
  test("is whole when its rendering has ended, and its rows were told on the way", async () => {
    const order = await orderOf(1_700);
    const told: number[] = [];
    const rendered = await createDocumentRenderer().render(order, {
      signal: noLimit(),
      onProgress: (rows) => told.push(rows),
    });
    expect(rendered.pages).toBeGreaterThan(30);
    expect(told).toEqual([500, 1_000, 1_500]);
    const bytes = readFileSync(order.outPath);
    expect(bytes.subarray(0, 5).toString("latin1")).toBe("%PDF-");
    expect(bytes.subarray(-6).toString("latin1").trim()).toBe("%%EOF");
    expect(statSync(order.outPath).mode & 0o777).toBe(0o600);
    await eventually("no file is open", () => openFiles(directory).length === 0);
  });

  test("that is there already is not touched", async () => {
    const order = await orderOf(1);
    writeFileSync(order.outPath, "somebody's");
    const failure = await failureOf(createDocumentRenderer().render(order, { signal: noLimit() }));
    expect(failure).toBeInstanceOf(RenderError);
    expect(failure).toMatchObject({ code: "EEXIST" });
    expect(readFileSync(order.outPath, "utf8")).toBe("somebody's");
  });
});

describe("aborting", () => {
  test("ends the thread at once and claims no file", async () => {
    const order = await orderOf(30_000);
    const whole = performance.now();
    const abort = new AbortController();
    const reason = new Error("nobody waits any more");
    const rendering = createDocumentRenderer().render(order, {
      signal: abort.signal,
      // The thread has much left to do.
      onProgress: () => abort.abort(reason),
    });
    expect(await failureOf(rendering)).toBe(reason);
    const abortedMs = performance.now() - whole;
    await eventually("no file is open", () => openFiles(order.outPath).length === 0);
    const left = existsSync(order.outPath) ? statSync(order.outPath).size : 0;
    expect(left).toBe(0);
    // Longer than the whole would have taken: nothing is written behind anybody's back.
    await Bun.sleep(Math.min(4_000, abortedMs * 3));
    expect(existsSync(order.outPath) ? statSync(order.outPath).size : 0).toBe(0);
  });

  test("before its turn begins nothing, and those behind it have theirs", async () => {
    const renderer = createDocumentRenderer();
    const [first, second, third] = [await orderOf(200), await orderOf(200), await orderOf(5)];
    const abort = new AbortController();
    const renderings = [
      renderer.render(first, { signal: noLimit() }),
      failureOf(renderer.render(second, { signal: abort.signal })),
      renderer.render(third, { signal: noLimit() }),
    ] as const;
    abort.abort(new Error("changed my mind"));
    const [made, failure, after] = await Promise.all(renderings);
    expect(made.pages).toBeGreaterThan(1);
    expect(failure).toMatchObject({ message: "changed my mind" });
    expect(after.pages).toBeGreaterThan(0);
    expect(existsSync(second.outPath)).toBe(false);
  });
});

describe("failures", () => {
  test("a model that is cut off, broken or not there is an error without a code of ours to guess", async () => {
    const whole = await orderOf(20);
    const text = readFileSync(whole.modelPath, "utf8");
    const lines = text.trimEnd().split("\n");
    const models = {
      "cut off": text.slice(0, -10),
      "without its end": `${lines.slice(0, 12).join("\n")}\n`,
      "of another format": text.replace("fintrack-document/1", "fintrack-document/9"),
      "with rows before their table": `${[lines[0], lines[1], lines.at(-4)].join("\n")}\n`,
      "not JSON": `${lines[0]}\n{"part":\n`,
      "without a head": `${lines[0]}\n`,
    };
    const renderer = createDocumentRenderer();
    for (const [name, model] of Object.entries(models)) {
      const modelPath = join(directory, `${name}.jsonl`);
      writeFileSync(modelPath, model);
      const order = { ...whole, modelPath, outPath: newPath() };
      const failure = await failureOf(renderer.render(order, { signal: noLimit() }));
      expect(failure, name).toBeInstanceOf(RenderError);
      expect(failure, name).toMatchObject({ code: null });
    }
    const gone = { ...whole, modelPath: join(directory, "gone.jsonl"), outPath: newPath() };
    const failure = await failureOf(renderer.render(gone, { signal: noLimit() }));
    expect(failure).toMatchObject({ name: "RenderError", code: "ENOENT" });
    expect(
      (await renderer.render({ ...whole, outPath: newPath() }, { signal: noLimit() })).pages,
    ).toBeGreaterThan(0);
  });

  test("a directory that cannot be written to names what the system said", async () => {
    const order = await orderOf(3, join(directory, "not", "there.pdf"));
    const failure = await failureOf(createDocumentRenderer().render(order, { signal: noLimit() }));
    expect(failure).toMatchObject({ name: "RenderError", code: "ENOENT" });
  });

  const full = mkdtempSync(join(tmpdir(), "fintrack-full-"));
  const isMounted =
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", full]).status === 0;
  afterAll(() => {
    if (isMounted) spawnSync("umount", [full]);
    rmSync(full, { recursive: true, force: true });
  });
  test.skipIf(!isMounted)("a full disk is ENOSPC", async () => {
    for (const format of ["pdf", "md", "xml"] as const) {
      mkdirSync(join(full, format));
      const order = { ...(await orderOf(3_000, join(full, format, "file"))), format };
      const failure = await failureOf(
        createDocumentRenderer().render(order, { signal: noLimit() }),
      );
      expect(failure, format).toBeInstanceOf(RenderError);
      expect(failure, format).toMatchObject({ code: "ENOSPC" });
      await eventually("no file is open", () => openFiles(full).length === 0);
      rmSync(join(full, format), { recursive: true });
    }
  });
});

describe("beside requests", () => {
  test("files wait for each other", async () => {
    const renderer = createDocumentRenderer();
    const orders = [await orderOf(1_600), await orderOf(1_600)];
    const events: string[] = [];
    await Promise.all(
      orders.map(async (order, index) => {
        await renderer.render(order, {
          signal: noLimit(),
          onProgress: (rows) => events.push(`${index} at ${rows}`),
        });
        events.push(`${index} made`);
      }),
    );
    expect(events).toEqual(
      [0, 1].flatMap((index) => [
        ...[500, 1_000, 1_500].map((rows) => `${index} at ${rows}`),
        `${index} made`,
      ]),
    );
  });

  test("the event loop turns while a file is made", async () => {
    const longestShare = async () => {
      const order = await orderOf(5_000);
      let isMade = false;
      const began = performance.now();
      const rendering = createDocumentRenderer()
        .render(order, { signal: noLimit() })
        .finally(() => {
          isMade = true;
        });
      let longestMs = 0;
      for (let last = performance.now(); !isMade; ) {
        await Bun.sleep(1);
        longestMs = Math.max(longestMs, performance.now() - last);
        last = performance.now();
      }
      await rendering;
      return longestMs / (performance.now() - began);
    };
    // Rendered in this thread it would be all of it, each time; a machine may stand still once.
    let least = 1;
    for (let tries = 0; tries < 5 && least >= 0.3; tries += 1)
      least = Math.min(least, await longestShare());
    expect(least).toBeLessThan(0.3);
  });
});
