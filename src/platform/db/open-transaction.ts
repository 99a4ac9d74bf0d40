import { AsyncLocalStorage } from "node:async_hooks";

const openTransaction = new AsyncLocalStorage<true>();

/** Runs `work` so that everything it awaits knows that a transaction is open. */
export const insideTransaction = <T>(work: () => Promise<T>): Promise<T> =>
  openTransaction.run(true, work);

/** Whether the caller runs inside `transact`: then no second write, no port of a neighbour, no network. */
export const isInsideTransaction = (): boolean => openTransaction.getStore() === true;
