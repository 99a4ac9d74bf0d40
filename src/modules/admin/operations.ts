import type { AdminDeps } from "./deps.ts";

export type AdminOperations = ReturnType<typeof bindOperations>;

/** What the routes call. The rules are the neighbours' own: admin decides nothing. */
export const bindOperations = ({ identity }: AdminDeps) => identity;
