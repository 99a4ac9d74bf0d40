import { type RateProviderName, rateProviderNames } from "#platform/config";
import { type Instant, instantOf } from "#platform/kernel/time";
import { fakeProtocols, type PublishedRates, providerFixture } from "./fake-rate-protocols.ts";

type Answer = () => Response | Promise<Response>;
export type FakeRequest = { readonly path: string; readonly query: URLSearchParams };

/** One provider on a real HTTP server, speaking its real protocol; at first it quotes what its fixture quotes. */
export type FakeRateProvider = {
  readonly baseUrl: string;
  /** Since the start or the last `work()`. */
  readonly requests: readonly FakeRequest[];
  /**
   * The texts appear in the answer as they are, in the provider's own direction (ECB: units for one euro; TCMB: lira
   * for one unit, JPY and IRR for a hundred; CoinPaprika: dollars for one coin, ranked in this order). Codes as the
   * provider writes them (fawazahmed0: lower case).
   */
  setRates(rates: PublishedRates | Readonly<Record<string, string>>): void;
  /** At first always the present moment. */
  setAsOf(asOf: Instant): void;
  failWith(status: number, headers?: Readonly<Record<string, string>>): void;
  /** A 200 with any body. */
  answerWith(body: string | Uint8Array<ArrayBuffer>, contentType?: string): void;
  /** Accepts the request and says nothing (more). */
  stall(when: "before_headers" | "mid_body"): void;
  /** Half a body: as if complete, or with the connection broken. */
  cut(how: "body" | "connection"): void;
  redirectTo(url: string): void;
  /** Ends the trouble and forgets the requests; rates and date stay. */
  work(): void;
  /** As it was opened. */
  reset(): void;
};

export type FakeRateProviders = Readonly<Record<RateProviderName, FakeRateProvider>> & {
  /** A second host of fawazahmed0; not part of `environment`. */
  readonly fawazahmed0Fallback: FakeRateProvider;
  /** RATES_<NAME>_URLS for every provider, and a key for CurrencyFreaks. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

export const fakeApiKey = "fake-key-5f1e0c7d";

/** All providers on one free port of 127.0.0.1, each below a path of its own. Close it. */
export async function openFakeRateProviders(): Promise<FakeRateProviders> {
  const routes = new Map<
    string,
    (request: Request, path: string) => Response | Promise<Response>
  >();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0, // a stalled answer stays stalled
    fetch(request) {
      const [, name = "", ...rest] = new URL(request.url).pathname.split("/");
      const route = routes.get(name);
      return route ? route(request, `/${rest.join("/")}`) : new Response(null, { status: 404 });
    },
  });
  const origin = `http://127.0.0.1:${server.port}`;

  async function open(name: RateProviderName, mount: string): Promise<FakeRateProvider> {
    const protocol = fakeProtocols[name];
    const requests: FakeRequest[] = [];
    const recorded = protocol.parse(await providerFixture(name));
    let rates = recorded;
    let asOf: Instant | null = null;
    const headers = { "content-type": protocol.contentType };
    const body = () => protocol.body(rates, asOf ?? instantOf(new Date()));
    const half = () => body().slice(0, body().length / 2);
    const normal: Answer = () => new Response(body(), { headers });
    let answer = normal;

    routes.set(mount, (request, path) => {
      const query = new URL(request.url).searchParams;
      requests.push({ path, query });
      const known = path === protocol.path || answer !== normal; // trouble is for the whole host
      if (!known) return new Response("Not found", { status: 404 });
      if (name === "currencyfreaks" && query.get("apikey") !== fakeApiKey)
        return Response.json({ status: 401, error: "Unauthorized" }, { status: 401 });
      return answer();
    });
    const work = () => {
      answer = normal;
      requests.length = 0;
    };
    return {
      baseUrl: `${origin}/${mount}`,
      requests,
      setRates(next) {
        rates = Array.isArray(next) ? next : Object.entries(next as Record<string, string>);
      },
      setAsOf(next) {
        asOf = next;
      },
      failWith(status, extra = {}) {
        answer = () =>
          Response.json(
            { error: { message: `failed with ${status}` } },
            { status, headers: extra },
          );
      },
      answerWith(text, contentType = protocol.contentType) {
        answer = () => new Response(text, { headers: { "content-type": contentType } });
      },
      stall(when) {
        answer =
          when === "before_headers"
            ? () => new Promise<Response>(() => {})
            : () =>
                new Response(
                  streamOf(half(), () => {}),
                  { headers },
                );
      },
      cut(how) {
        answer =
          how === "body"
            ? () => new Response(half(), { headers })
            : () =>
                new Response(
                  streamOf(half(), (stream) => stream.error()),
                  { headers },
                );
      },
      redirectTo(url) {
        answer = () => new Response(null, { status: 302, headers: { location: url } });
      },
      work,
      reset() {
        rates = recorded;
        asOf = null;
        work();
      },
    };
  }

  const opened = await Promise.all(
    rateProviderNames.map(async (name) => [name, await open(name, name)] as const),
  );
  return {
    ...(Object.fromEntries(opened) as Record<RateProviderName, FakeRateProvider>),
    fawazahmed0Fallback: await open("fawazahmed0", "fawazahmed0-fallback"),
    environment: {
      ...Object.fromEntries(
        opened.map(([name, { baseUrl }]) => [`RATES_${name.toUpperCase()}_URLS`, baseUrl]),
      ),
      CURRENCYFREAKS_API_KEY: fakeApiKey,
    },
    close: () => server.stop(true),
  };
}

/** Sends the text, waits until it is on its way, and then does `next`. */
function streamOf(
  text: string,
  next: (stream: ReadableStreamDefaultController<Uint8Array>) => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(stream) {
      stream.enqueue(new TextEncoder().encode(text));
      await Bun.sleep(20);
      next(stream);
    },
  });
}
