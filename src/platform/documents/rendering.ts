import type { Writable } from "node:stream";
import type { DocumentPart } from "./model.ts";

/** What a renderer needs beside the model. */
export type Rendering = {
  /** In the order of reading; read once. */
  readonly parts: AsyncIterable<DocumentPart>;
  /** SHA-256 of the model, hex; printed in every file. */
  readonly fingerprint: string;
  /** Where the bytes go; a renderer waits while it is full, and ends it. */
  readonly out: Writable;
};

/** What is worth knowing of a file that was made. */
export type Rendered = {
  /** Of formats that have pages. */
  readonly pages: number | null;
  /** Characters that the format's font does not have, as "U+1F600"; each is named in the file's notes. */
  readonly missingGlyphs: readonly string[];
};

export type Render = (rendering: Rendering) => Promise<Rendered>;
