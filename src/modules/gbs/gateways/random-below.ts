import { randomInt } from "node:crypto";

/** A whole number from 0 to `bound` - 1 that nobody can foresee, each as likely as any other. */
export const randomBelow = (bound: number): number => randomInt(bound);
