import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createClientAddress } from "#platform/http/client-address";

const forwarded = (...hops: string[]) => new Headers({ "x-forwarded-for": hops.join(", ") });
const direct = createClientAddress([]);
const behind = createClientAddress(["10.0.0.0/8", "fd00::/8", "192.0.2.9"]);

describe("the client's address", () => {
  test("is the socket's, whatever a stranger claims", () => {
    expect(direct("203.0.113.7", forwarded("198.51.100.1"))).toBe("203.0.113.7");
    expect(behind("203.0.113.7", forwarded("198.51.100.1"))).toBe("203.0.113.7");
  });

  test("is the last hop that is no proxy of ours", () => {
    expect(behind("10.1.2.3", forwarded("198.51.100.1"))).toBe("198.51.100.1");
    expect(behind("10.1.2.3", forwarded("198.51.100.1", "10.9.9.9", "192.0.2.9"))).toBe(
      "198.51.100.1",
    );
    expect(behind("fd00::1", forwarded("2001:db8:1:2:3::4"))).toBe("2001:db8:1:2::/64");
  });

  test("cannot be invented by writing more hops to the left", () => {
    fc.assert(
      fc.property(fc.array(fc.ipV4()), (invented) => {
        const headers = forwarded(...invented, "198.51.100.1", "10.0.0.7");
        expect(behind("10.1.2.3", headers)).toBe("198.51.100.1");
      }),
    );
  });

  test("is the proxy's own when it names nobody, or nobody that has an address", () => {
    expect(behind("10.1.2.3", new Headers())).toBe("10.1.2.3");
    for (const hop of ["unknown", "_hidden", "", "1.2.3.4.5", "300.1.1.1", "<script>"])
      expect(behind("10.1.2.3", forwarded(hop))).toBe("10.1.2.3");
    expect(behind("10.1.2.3", forwarded("198.51.100.1", "garbage", "10.0.0.7"))).toBe("10.0.0.7");
  });

  test("is read with or without a port", () => {
    expect(behind("10.0.0.1", forwarded("198.51.100.1:4711"))).toBe("198.51.100.1");
    expect(behind("10.0.0.1", forwarded("[2001:db8::1]:4711"))).toBe("2001:db8:0:0::/64");
  });

  test("is one for an IPv4 address and the same address inside IPv6", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
        const hex = (high: number, low: number) => (high * 256 + low).toString(16);
        for (const mapped of [
          `::ffff:${address}`,
          `::FFFF:${address}`,
          `0:0:0:0:0:ffff:${hex(a, b)}:${hex(c, d)}`,
        ])
          expect(direct(mapped, new Headers())).toBe(direct(address, new Headers()));
      }),
    );
    expect(behind("::ffff:10.1.2.3", forwarded("198.51.100.1"))).toBe("198.51.100.1");
  });

  test("is one for all addresses of an IPv6 network of 64 bits, and another for the next", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(
        fc.tuple(group, group, group, group),
        fc.tuple(group, group, group, group),
        (network, host) => {
          // Mapped IPv4 addresses have a key of their own.
          fc.pre(network.some((part) => part !== 0));
          const write = (parts: number[]) => parts.map((part) => part.toString(16)).join(":");
          const key = direct(write([...network, ...host]), new Headers());
          expect(key).toBe(`${write(network)}::/64`);
          const next = [network[0], network[1], network[2], network[3] ^ 1] as number[];
          expect(direct(write([...next, ...host]), new Headers())).not.toBe(key);
        },
      ),
    );
  });

  test("is the same however an IPv6 address is shortened", () => {
    for (const address of ["2001:db8::1", "2001:0db8:0:0::1", "2001:db8:0:0:0:0:0:1"])
      expect(direct(address, new Headers())).toBe("2001:db8:0:0::/64");
    expect(direct("::1", new Headers())).toBe("0:0:0:0::/64");
    expect(direct("fe80::1%eth0", new Headers())).toBe("fe80:0:0:0::/64");
  });
});
