import type { Config } from "../config.ts";

/** Whether an absolute request address names a host that we answer for. Probes of /health/* may use any. */
export type HostCheck = (url: string) => boolean;

export function createHostCheck({
  environment,
  publicUrl,
}: Pick<Config, "environment" | "publicUrl">): HostCheck {
  const ours = new URL(publicUrl).host;
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/;
  return (url) => {
    const start = url.indexOf("//") + 2;
    const end = url.indexOf("/", start);
    const host = url.slice(start, end === -1 ? url.length : end);
    if (host === ours) return true;
    if (environment === "development" && loopback.test(host)) return true;
    return end !== -1 && url.startsWith("/health/", end);
  };
}
