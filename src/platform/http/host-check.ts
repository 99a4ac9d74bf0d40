import type { Config } from "../config.ts";

/** Whether an absolute request address names a host that we answer for. Probes of /health/* may use any. */
export type HostCheck = (url: string) => boolean;

export function createHostCheck({
  environment,
  publicUrl,
}: Pick<Config, "environment" | "publicUrl">): HostCheck {
  const ours = new URL(publicUrl).host;
  // Most requests name the host that the one before named.
  let lastAccepted = ours;
  return (url) => {
    const start = url.indexOf("//") + 2;
    if (url.startsWith(lastAccepted, start) && url[start + lastAccepted.length] === "/")
      return true;
    const end = url.indexOf("/", start);
    if (end === -1) return false;
    const host = url.slice(start, end);
    if (host === ours || (environment === "development" && loopback.test(host))) {
      lastAccepted = host;
      return true;
    }
    return url.startsWith("/health/", end);
  };
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/;
