import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { insideTransaction } from "#platform/db/open-transaction";
import { type RequestContext, systemContext } from "#platform/kernel/context";
import { AppError, defineErrors } from "#platform/kernel/errors";
import { exposePort } from "#platform/port";

type Item = { readonly [key: string]: unknown };
type SampleApi = { echo(ctx: RequestContext, input: Item): Promise<Item> };

const ctx = systemContext("test", "request-1");
const strict = { strict: true } as const;
const echo: SampleApi = { echo: async (_ctx, input) => input };

/** Plain data with holes: what JSON has, and `undefined` as a property. */
const plainItem = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined)));

describe("a strict port", () => {
  test("hands over equal data that shares nothing, undefined and missing kept apart", () =>
    fc.assert(
      fc.asyncProperty(plainItem, async (input) => {
        let received: Item | undefined;
        const port = exposePort<SampleApi>(
          "sample",
          {
            async echo(_ctx, item) {
              received = item;
              return item;
            },
          },
          strict,
        );
        const result = await port.echo(ctx, input);
        expect(result).toStrictEqual({ ...input });
        expect(received).toStrictEqual({ ...input });
        expect(Object.keys(result)).toEqual(Object.keys(input));
        expect(received).not.toBe(input);
        expect(result).not.toBe(received as Item);
      }),
    ));

  test("gives what neither side can change for the other", async () => {
    const stored = { list: [1] };
    const port = exposePort(
      "sample",
      { read: async (_ctx: RequestContext, _id: string) => stored },
      strict,
    );
    const result = await port.read(ctx, "a");
    result.list.push(2);
    expect(stored).toEqual({ list: [1] });
  });

  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  class Account {
    readonly id = "1";
  }
  const foreign: Record<string, unknown> = {
    function: () => 1,
    class: new Account(),
    date: new Date(0),
    map: new Map(),
    stream: new ReadableStream(),
    error: new Error("x"),
    bytes: new Uint8Array(1),
    bigint: 1n,
    symbol: Symbol("x"),
    NaN: Number.NaN,
    infinity: Number.POSITIVE_INFINITY,
    promise: Promise.resolve(1),
    "symbol key": { [Symbol("x")]: 1 },
    cycle,
  };
  for (const [kind, value] of Object.entries(foreign))
    test(`refuses a ${kind}, in as out, and names the place`, async () => {
      const port = exposePort<SampleApi>(
        "sample",
        { echo: async (_ctx, { inward }) => (inward ? {} : { deep: [{ value }] }) },
        strict,
      );
      await expect(port.echo(ctx, { inward: true, deep: [{ value }] })).rejects.toThrow(
        "sample.echo input.deep[0].value",
      );
      await expect(port.echo(ctx, { inward: false })).rejects.toThrow(
        "sample.echo result.deep[0].value",
      );
    });

  test("never shows the value that it refuses", async () => {
    const port = exposePort<SampleApi>("sample", echo, strict);
    const refusal = await port.echo(ctx, { secret: [() => "s3cr3t"] }).catch(String);
    expect(refusal).not.toContain("s3cr3t");
  });

  test("throws inside an open transaction, before the module is asked", async () => {
    let asked = false;
    const port = exposePort(
      "sample",
      {
        async ask(_ctx: RequestContext, _input: null) {
          asked = true;
        },
      },
      strict,
    );
    await expect(insideTransaction(() => port.ask(ctx, null))).rejects.toThrow(
      "sample.ask is called inside an open transaction",
    );
    expect(asked).toBe(false);
  });

  test("refuses a method that is not asynchronous, and more than (ctx, input)", async () => {
    const sync = { now: () => 1 } as unknown as SampleApi;
    const port = exposePort<SampleApi>("sample", sync, strict) as unknown as {
      now(ctx: RequestContext, input: null, more?: number): Promise<unknown>;
    };
    await expect(port.now(ctx, null)).rejects.toThrow("sample.now is not asynchronous");
    await expect(port.now(ctx, null, 3)).rejects.toThrow("takes (ctx, input)");
  });

  test("lets the module's errors through as they are", async () => {
    const errors = defineErrors("sample", { gone: { kind: "not_found", title: "Gone" } });
    const port = exposePort(
      "sample",
      {
        async find(_ctx: RequestContext, _input: string): Promise<string> {
          throw errors.fail("gone", "It is gone.");
        },
      },
      strict,
    );
    const error = await port.find(ctx, "x").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "sample.gone", kind: "not_found" });
  });
});

describe("a port in production", () => {
  test("passes the very objects, without a copy", async () => {
    const input = { a: 1 };
    const port = exposePort<SampleApi>("sample", echo, { strict: false });
    expect(await port.echo(ctx, input)).toBe(input);
  });
});

describe("any port", () => {
  test("exposes only the methods of the api and cannot be changed", () => {
    const port = exposePort<SampleApi>("sample", echo, strict);
    expect(Object.keys(port)).toEqual(["echo"]);
    expect(Object.isFrozen(port)).toBe(true);
  });

  test("tells its observer of each call and how it ended, refused ones included", async () => {
    const seen: string[] = [];
    const observer = {
      callStarted(name: string) {
        seen.push(`${name} started`);
        return (outcome: string) => void seen.push(`${name} ${outcome}`);
      },
    };
    const port = exposePort<SampleApi>("sample", echo, { strict: true, observer });
    await port.echo(ctx, {});
    await port.echo(ctx, { bad: () => 1 }).catch(() => {});
    expect(seen).toEqual([
      "sample.echo started",
      "sample.echo ok",
      "sample.echo started",
      "sample.echo failed",
    ]);
  });
});
