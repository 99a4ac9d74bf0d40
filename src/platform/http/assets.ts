import { Elysia } from "elysia";
import { ensureExchange } from "./exchange.ts";

/** What a browser may load for a page of ours: everything from our own origin, nothing inline. */
export const pagePolicy = (...more: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ...more,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

export const revalidate = "public, max-age=0, must-revalidate";
export const oneDay = "public, max-age=86400";

export type Asset = {
  /** Content-Type. */
  readonly type: string;
  /** Cache-Control. */
  readonly cache: string;
  /** Content-Security-Policy. */
  readonly policy: string;
  read(): Promise<Uint8Array>;
};

export const textAsset = (body: string, asset: Omit<Asset, "read">): Asset => ({
  ...asset,
  read: async () => new TextEncoder().encode(body),
});

/** Routes beside the API: no part of its description, and no limit, as they are answered from memory. */
export const assetRoutes = (name: string) =>
  new Elysia({ name }).onTransform(({ request, route }) => {
    ensureExchange(request).route = route;
  });
export const hidden = { detail: { hide: true } };

/** Reads once, keeps the compressed form in memory, answers 304 to who has it. */
export function serveAsset(asset: Asset): (request: Request) => Promise<Response> {
  let loaded:
    | Promise<{ readonly body: Uint8Array<ArrayBuffer>; readonly etag: string }>
    | undefined;
  async function load() {
    const plain = await asset.read();
    return {
      body: Bun.gzipSync(new Uint8Array(plain)),
      etag: `W/"${Bun.hash(plain).toString(36)}"`,
    };
  }
  return async (request) => {
    loaded ??= load();
    const { body, etag } = await loaded;
    const headers = {
      etag,
      "content-type": asset.type,
      "cache-control": asset.cache,
      "content-security-policy": asset.policy,
      vary: "accept-encoding",
    };
    if (request.headers.get("if-none-match")?.includes(etag))
      return new Response(null, { status: 304, headers });
    if (!request.headers.get("accept-encoding")?.includes("gzip"))
      return new Response(Bun.gunzipSync(body), { headers });
    return new Response(body, { headers: { ...headers, "content-encoding": "gzip" } });
  };
}
