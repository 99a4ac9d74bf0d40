import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { openS3Proxy, type S3Proxy } from "../../support/s3-proxy.ts";
import { openS3Server, type S3Server, s3Environment } from "../../support/s3-server.ts";
import type { TestApp } from "../../support/test-app.ts";

let server: S3Server;
let proxy: S3Proxy;
let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  server = await openS3Server();
  proxy = openS3Proxy(server.url);
  const s3 = { ...(await server.openBuckets()), endpoint: proxy.url };
  api = await openDebtsApp({ environment: s3Environment(s3) });
  pair = await debtPair(api);
}, 300_000);
afterAll(async () => {
  await api.close();
  proxy.close();
  await server.close();
});

describe("an application on S3", () => {
  test("stores and serves an agreement, says clearly when the store is away, and is ready all the same", async () => {
    const debt = await pair.active();
    const path = `/v1/debts/${debt.id}/documents`;
    const { body } = await pair.lender.get<{ items: { id: string; sha256: string }[] }>(path);
    const [made] = body.items;
    if (!made) throw new Error("the debt has no agreement");
    const fetched = async () =>
      fetch(`${api.url}${path}/${made.id}/file`, {
        headers: { authorization: `Bearer ${await pair.lender.token()}` },
      });
    const bytes = new Uint8Array(await (await fetched()).arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(made.sha256);

    proxy.answer(async () => new Response(null, { status: 503 }));
    const refused = await fetched();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "60"]);
    expect(await refused.json()).toMatchObject({ code: "storage.unavailable" });
    expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
    expect(api.logLines().some(({ msg }) => msg === "the object store failed")).toBe(true);

    proxy.answer((_call, forward) => forward());
    expect((await fetched()).status).toBe(200);
  });
});
