import { describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import { ListenError, startServer } from "#platform/http/server";
import { startTestApi } from "../../support/http-app.ts";

function gated() {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const routes = (kit: HttpKit) =>
    new Elysia().use(kit.plugin).get(
      "/v1/waits",
      async () => {
        enter();
        await opened;
        return { ok: true };
      },
      kit.route({
        ...{
          operationId: "waits",
          tags: ["Test"],
          summary: "Waits",
          access: "public",
          limit: "read",
        },
        responses: { 200: t.Object({ ok: t.Boolean() }) },
      }),
    );
  return { routes, open, entered };
}

describe("stopping", () => {
  test("lets requests in flight finish and takes no new connection", async () => {
    const gate = gated();
    const api = startTestApi({ routes: gate.routes, shutdownSeconds: 600 });
    const inFlight = fetch(`${api.url}/v1/waits`);
    await gate.entered;
    let stopped = false;
    const stopping = api.stop().then(() => {
      stopped = true;
    });
    await expect(fetch(`${api.url}/v1/rates/EUR`, { keepalive: false })).rejects.toThrow();
    expect(stopped).toBe(false);
    gate.open();
    expect((await inFlight).status).toBe(200);
    await stopping;
  });

  test("does not wait for ever", async () => {
    const gate = gated();
    const api = startTestApi({ routes: gate.routes, shutdownSeconds: 0.1 });
    const inFlight = fetch(`${api.url}/v1/waits`).then(
      () => "answered",
      () => "cut",
    );
    await gate.entered;
    await api.stop();
    expect(await inFlight).toBe("cut");
    gate.open();
  });

  test("is quick when connections are only kept open", async () => {
    // Nobody waits for the end of this.
    const api = startTestApi({ shutdownSeconds: 600 });
    await (await fetch(`${api.url}/v1/rates/EUR`)).text();
    await api.stop();
  });
});

describe("a server that cannot listen says why", () => {
  const listener = () => new Response();
  const start = (host: string, port: number) =>
    startServer({ ...{ listener, host, port }, shutdownSeconds: 1 });

  test("when the port is taken", async () => {
    const first = start("127.0.0.1", 0);
    const { port } = new URL(first.url);
    expect(() => start("127.0.0.1", Number(port))).toThrow(ListenError);
    expect(() => start("127.0.0.1", Number(port))).toThrow(`127.0.0.1:${port}`);
    await first.stop();
  });

  test("when the address is not its own", () => {
    expect(() => start("192.0.2.1", 0)).toThrow(/does not have that address/);
  });
});
