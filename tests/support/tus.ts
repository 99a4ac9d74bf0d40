/** An answer to a request of tus, whose body is mostly nothing. */
export type TusAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null for an answer that is no JSON. */
  readonly json: unknown;
};

export type TusRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | ReadableStream<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Sends what is said, and which version of tus we speak unless that is said, too. */
export async function sendTus(
  { url }: { readonly url: string },
  token: string | null,
  { method, path, headers = {}, body, signal }: TusRequest,
): Promise<TusAnswer> {
  const response = await fetch(`${url}${path}`, {
    ...{ method, body: body ?? null, signal: signal ?? null },
    headers: {
      "tus-resumable": "1.0.0",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true && text !== "";
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : null,
  };
}
