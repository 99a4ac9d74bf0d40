import { BlockList, isIP } from "node:net";

/** Tells who a request comes from, as a key for limits: an IPv4 address or the /64 network of an IPv6 one. */
export type ClientAddress = (peer: string, headers: Headers) => string;

/**
 * The peer of the socket, unless it is one of `trustedProxies` (addresses or CIDR ranges): then X-Forwarded-For is
 * read from the right, and the first address that is no trusted proxy counts. Whatever stands left of it may be
 * invented by the client. `onIgnored` is called when the header comes and no proxy is trusted.
 */
export function createClientAddress(
  trustedProxies: readonly string[],
  onIgnored: () => void = () => {},
): ClientAddress {
  if (trustedProxies.length === 0)
    return (peer, headers) => {
      if (headers.has("x-forwarded-for")) onIgnored();
      return limitKeyOf(peer);
    };
  const trusted = new BlockList();
  for (const network of trustedProxies) {
    const [address = "", prefix] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  const isTrusted = (address: string) => {
    const family = isIP(address);
    return family !== 0 && trusted.check(address, family === 6 ? "ipv6" : "ipv4");
  };
  return (peer, headers) => {
    let client = withoutMapping(peer);
    const hops = headers.get("x-forwarded-for")?.split(",") ?? [];
    while (isTrusted(client)) {
      const hop = hops.pop();
      const address = hop === undefined ? undefined : addressOfHop(hop);
      // Nothing further left, or a hop that is no address: the last proxy is all we know.
      if (address === undefined) break;
      client = address;
    }
    return limitKeyOf(client);
  };
}

/** "203.0.113.7", "203.0.113.7:4711", "2001:db8::1", "[2001:db8::1]:4711". */
function addressOfHop(hop: string): string | undefined {
  const text = hop.trim();
  const inner =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(inner) === 0 ? undefined : withoutMapping(inner);
}

/** How nearly everyone writes an IPv4 address inside IPv6. */
const mappedPattern = /^::ffff:[\d.]+$/i;

/** "::ffff:192.0.2.1" is 192.0.2.1 (RFC 4291, 2.5.5.2). */
function withoutMapping(address: string): string {
  if (!address.includes(":")) return address;
  if (mappedPattern.test(address)) return address.slice(7);
  const groups = groupsOf(address);
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!mapped) return address;
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

function limitKeyOf(address: string): string {
  const plain = withoutMapping(address);
  if (!plain.includes(":")) return plain;
  // One subscriber usually has a whole /64: single addresses in it cost nothing.
  const network = groupsOf(plain).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(":")}::/64`;
}

/** The eight 16-bit groups of an IPv6 address, with "::" and a dotted end resolved; a zone is ignored. */
function groupsOf(address: string): number[] {
  const text = (address.split("%")[0] ?? "").replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a, b, c, d) =>
      `${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}`,
  );
  const [left = "", right] = text.split("::");
  const parse = (part: string) =>
    part
      .split(":")
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const head = parse(left);
  const tail = right === undefined ? [] : parse(right);
  return [
    ...head,
    ...new Array<number>(Math.max(0, 8 - head.length - tail.length)).fill(0),
    ...tail,
  ];
}
