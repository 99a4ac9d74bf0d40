import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docsRoutes } from "#platform/http/docs";
import { startTestApi } from "../../support/http-app.ts";

const api = startTestApi();
api.app.use(docsRoutes());
afterAll(() => api.stop());
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(api.url + path, { headers });

describe("GET /docs", () => {
  test("is a page that loads everything from our own origin, nothing inline", async () => {
    const answer = await get("/docs");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const page = await answer.text();
    expect(page).toContain("Swagger UI");
    expect(page).not.toMatch(/https?:|<script>|<style>|\son\w+=|style=/);
    const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
    expect(loaded.length).toBe(4);
    for (const path of loaded) expect([path, (await get(path)).status]).toEqual([path, 200]);
  });

  test("has the other security headers too, and is logged by its template", async () => {
    const answer = await get("/docs/assets/swagger-ui.css");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(api.finished.at(-1)?.route).toBe("/docs/assets/:file");
  });

  test("assets keep their types, compressed where it is asked for, and are not sent twice", async () => {
    const types = {
      "swagger-ui.css": "text/css; charset=utf-8",
      "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
      "favicon-32x32.png": "image/png",
    };
    for (const [file, type] of Object.entries(types)) {
      const answer = await get(`/docs/assets/${file}`, { "accept-encoding": "identity" });
      expect(answer.headers.get("content-type")).toBe(type);
      expect(answer.headers.get("content-encoding")).toBeNull();
      expect(answer.headers.get("cache-control")).toBe("public, max-age=86400");
      const body = await answer.bytes();
      const packed = await get(`/docs/assets/${file}`, { "accept-encoding": "gzip" });
      expect(packed.headers.get("content-encoding")).toBe("gzip");
      expect(await packed.bytes()).toEqual(body);
      const etag = answer.headers.get("etag") ?? "";
      expect((await get(`/docs/assets/${file}`, { "if-none-match": etag })).status).toBe(304);
    }
  });

  test("nothing else of the package or the disk can be asked for", async () => {
    for (const file of [
      ...[
        "package.json",
        "index.html",
        "swagger-ui.css.map",
        "swagger-initializer.js",
        "",
        "constructor",
      ],
      ...["..%2fpackage.json", "%2e%2e%2f%2e%2e%2f.env", "swagger-ui.css%00", "swagger-ui.css/x"],
    ]) {
      const answer = await get(`/docs/assets/${file}`);
      expect([file, answer.status]).toEqual([file, 404]);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  test("is found whatever the working directory", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "fintrack-docs-"));
    const module = join(import.meta.dir, "../../../src/platform/http/docs.ts");
    const script = `
      const { docsRoutes } = await import(${JSON.stringify(module)});
      const answer = await docsRoutes().handle(new Request("http://localhost/docs/assets/swagger-ui.css"));
      console.log(answer.status, (await answer.text()).includes(".swagger-ui"));`;
    const child = Bun.spawn([process.execPath, "-e", script], { cwd: elsewhere, stdout: "pipe" });
    expect((await child.stdout.text()).trim()).toBe("200 true");
    await rm(elsewhere, { recursive: true });
  });
});
