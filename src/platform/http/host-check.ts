import type { Config } from "../config.ts";

/**
 * Whether the address of a request, as Bun made it from the Host header ("http://localhost:3000/v1"), names a host
 * that we answer for. Probes of /health/* may use any: an orchestrator knows the address, not the name.
 */
export type HostCheck = (url: string) => boolean;

const scheme = "http://";
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/;

export function createHostCheck({
  environment,
  publicUrl,
}: Pick<Config, "environment" | "publicUrl">): HostCheck {
  const ours = new URL(publicUrl).host;
  // Most requests name the host that the one before named.
  let accepted = `${scheme}${ours}/`;
  return (url) => {
    if (url.startsWith(accepted)) return true;
    // Without a usable Host header Bun gives the path alone.
    const end = url.startsWith(scheme) ? url.indexOf("/", scheme.length) : -1;
    if (end === -1) return false;
    const host = url.slice(scheme.length, end);
    if (host === ours || (environment === "development" && loopback.test(host))) {
      accepted = url.slice(0, end + 1);
      return true;
    }
    return url.startsWith("/health/", end);
  };
}
