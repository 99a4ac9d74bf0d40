import { isIP } from "node:net";
import { ConnectionUrlError, parseConnection } from "./db/connection.ts";
import { asciiDomain } from "./mail/mail-address.ts";

/** A mail server (SMTP_URL). */
export type SmtpConfig = {
  /** A name in ASCII, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps://); otherwise STARTTLS, demanded unless the host is a loopback address. */
  readonly implicitTls: boolean;
  readonly login: { readonly user: string; readonly password: string } | null;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** Every fault of the environment at once, a line each; values are never shown. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} fault(s):\n${problems.map((p) => `  - ${p}`).join("\n")}`,
    );
    this.problems = problems;
  }
}

/** One method per kind of value; each notes a fault and goes on with the default, so that all faults come at once. */
export function readEnvironment(env: Environment) {
  const faults: string[] = [];
  const fault = (name: string, why: string) => void faults.push(`${name} ${why}`);
  const optional = (name: string) => env[name]?.trim() || null;
  /** Comma-separated; null when unset. Commas alone are a slip of the pen, not an empty list. */
  const list = (name: string): string[] | null => {
    const parts = optional(name)
      ?.split(",")
      .map((part) => part.trim())
      .filter(Boolean);
    if (parts?.length === 0) fault(name, "lists nothing");
    return parts ?? null;
  };

  function url(name: string, text: string, protocols: readonly string[]): URL | null {
    const parsed = URL.parse(text);
    if (parsed && protocols.includes(parsed.protocol)) return parsed;
    fault(
      name,
      `must be an address that starts with ${protocols.map((p) => `${p}//`).join(" or ")}`,
    );
    return null;
  }
  function originOf(name: string, text: string): string | null {
    const parsed = url(name, text, ["http:", "https:"]);
    if (!parsed) return null;
    if (parsed.pathname === "/" && isPlain(parsed)) return parsed.origin;
    fault(name, "must be an origin only: scheme, host and port");
    return null;
  }
  /** https, or http to a loopback host only. */
  function outgoing(name: string, text: string): URL | null {
    const parsed = url(name, text, ["https:", "http:"]);
    if (!parsed) return null;
    if (parsed.protocol === "http:" && !isLoopback(parsed.hostname.replace(/^\[(.*)\]$/, "$1")))
      fault(name, "may use http:// only for a loopback host");
    if (!isPlain(parsed)) fault(name, "must have no login, query or fragment");
    return parsed;
  }
  return {
    fault,
    optional,
    list,
    text: (name: string, fallback: string) => optional(name) ?? fallback,
    integer(name: string, fallback: number, min: number, max: number): number {
      const text = optional(name);
      if (text === null) return fallback;
      const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= min && value <= max) return value;
      fault(name, `must be a whole number from ${min} to ${max}`);
      return fallback;
    },
    /** An IP address or a host name to listen on. */
    host(name: string, fallback: string): string {
      const text = optional(name) ?? fallback;
      if (isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text)) return text;
      fault(name, "must be an address or a host name");
      return fallback;
    },
    decimal(name: string, fallback: string): string {
      const text = optional(name) ?? fallback;
      if (/^(0|[1-9]\d{0,5})(\.\d{1,12})?$/.test(text) && !/^0(\.0+)?$/.test(text)) return text;
      fault(name, 'must be a positive decimal like "0.5"');
      return fallback;
    },
    oneOf<const T extends string>(name: string, values: readonly T[], fallback: T): T {
      const text = optional(name);
      if (text === null) return fallback;
      const found = values.find((value) => value === text);
      if (found === undefined) fault(name, `must be one of ${values.join(", ")}`);
      return found ?? fallback;
    },
    origin(name: string): string | null {
      const text = optional(name);
      return text === null ? null : originOf(name, text);
    },
    origins: (name: string) =>
      (list(name) ?? []).map((text) => originOf(name, text)).filter((origin) => origin !== null),
    /** Outgoing addresses: https, or http to a loopback host only. */
    outgoingUrls(name: string): string[] | null {
      const urls = list(name)?.map((text) => outgoing(name, text));
      return (
        urls?.filter((item) => item !== null).map((item) => item.href.replace(/\/+$/, "")) ?? null
      );
    },
    /** One of those, and no path. */
    outgoingOrigin(name: string): string | null {
      const text = optional(name);
      const parsed = text === null ? null : outgoing(name, text);
      if (parsed && parsed.pathname !== "/")
        fault(name, "must be an origin only: scheme, host and port");
      return parsed?.origin ?? null;
    },
    /** smtp://user:password@host:587 or smtps://…:465; login and port may be left out. */
    smtpUrl(name: string): SmtpConfig | null {
      const text = optional(name);
      const parsed = text === null ? null : url(name, text, ["smtp:", "smtps:"]);
      if (!parsed) return null;
      const found = smtpServer(parsed);
      if (typeof found !== "string") return found;
      fault(name, found);
      return null;
    },
    /** "Name <local@domain>" or an address alone. The domain becomes ASCII (RFC 5891), so that any server takes it. */
    mailbox(name: string, fallback: string): { name: string; address: string } {
      const text = optional(name) ?? fallback;
      const match = mailboxPattern.exec(text);
      const [local = "", domain = ""] = (match?.[2] ?? match?.[3] ?? "").split("@");
      const host = asciiDomain(domain);
      if (!match || host === null)
        fault(name, 'must be like "FinTrack <no-reply@example.org>", with ASCII before the @');
      return { name: match?.[1] ?? "", address: `${local}@${host}` };
    },
    postgresUrl(name: string): string | null {
      const text = optional(name);
      try {
        if (text !== null) parseConnection(text);
      } catch (error) {
        if (!(error instanceof ConnectionUrlError)) throw error;
        fault(name, error.message);
      }
      return text;
    },
    networks(name: string): string[] {
      return (list(name) ?? []).filter((text) => {
        const [address = "", prefix, ...rest] = text.split("/");
        const bits = isIP(address) === 4 ? 32 : 128;
        // A zone ("fe80::1%eth0") is this machine's name for a network, not a part of the address.
        const ok =
          isIP(address) !== 0 &&
          !address.includes("%") &&
          rest.length === 0 &&
          (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits));
        if (!ok) fault(name, "must list addresses or CIDR ranges");
        return ok;
      });
    },
    finish() {
      if (faults.length > 0) throw new ConfigError([...new Set(faults)]);
    },
  };
}

export type EnvironmentReader = ReturnType<typeof readEnvironment>;

/** A name of up to 100 characters that needs no quotes, and an addr-spec without quotes (RFC 5322, 3.4). */
const mailboxPattern =
  /^(?:([^<>"@,;:\\()[\]\p{C}]{0,100}?)\s*<([!#-'*+/-9=?^-~.-]{1,64}@[^\s<>,"@\p{C}]{1,253})>|([!#-'*+/-9=?^-~.-]{1,64}@[^\s<>,"@\p{C}]{1,253}))$/u;

/** The server of an smtp: or smtps: address, or what is wrong with it. */
function smtpServer(url: URL): SmtpConfig | string {
  const host = hostOf(url);
  const login = loginOf(url);
  if (host === null || !["", "/"].includes(url.pathname) || `${url.search}${url.hash}` !== "")
    return "must be like smtp://user:password@host:587";
  if (login === "faulty")
    return "has a login with only one part, a control character or a percent sign not written %25";
  const implicitTls = url.protocol === "smtps:";
  const port = Number(url.port || (implicitTls ? 465 : 587));
  if (port === 0) return "has no usable port";
  // A client would wait for a greeting that only comes over TLS.
  if (port === 465 && !implicitTls) return "must begin with smtps:// on port 465";
  return { host, port, implicitTls, login };
}

/** The host of an address whose scheme URL does not know, and whose host it therefore leaves percent-encoded. */
function hostOf({ hostname }: URL): string | null {
  const inner = /^\[(.+)\]$/.exec(hostname)?.[1];
  if (inner !== undefined) return isIP(inner) === 6 ? inner : null;
  return isIP(hostname) === 4 ? hostname : asciiDomain(decoded(hostname) ?? "");
}

function loginOf({ username, password }: URL): SmtpConfig["login"] | "faulty" {
  if (username === "" && password === "") return null;
  const [user, secret] = [decoded(username), decoded(password)];
  if (!user || !secret || /\p{Cc}/u.test(user + secret)) return "faulty";
  return { user, password: secret };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // a percent sign that begins no escape
  }
}

export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

/** Without login, query and fragment. */
const isPlain = ({ username, password, search, hash }: URL): boolean =>
  `${username}${password}${search}${hash}` === "";
