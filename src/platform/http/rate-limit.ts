/** How many requests one client may make in any window of this length. */
export type Budget = {
  readonly name: string;
  readonly requests: number;
  readonly windowSeconds: number;
};

/** What is left after this request was counted; shown as RateLimit-* headers. */
export type BudgetState = {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until the oldest counted request is forgotten. */
  readonly resetSeconds: number;
};

/**
 * Counts a request against a budget. The in-memory limiter answers at once and counts per node; one that counts in
 * the database (for what can be guessed: codes, passwords) answers with a promise.
 */
export type RateLimiter = {
  take(budget: Budget, client: string): BudgetState | Promise<BudgetState>;
};

/** The window moves in steps of a tenth: a request is forgotten after 1.0 to 1.1 windows, never earlier. */
const stepsPerWindow = 10;
const slotCount = stepsPerWindow + 1;
const maxClientsPerBudget = 50_000;

/** Requests of one client by step; `total` is their sum. */
type Counter = { readonly slots: number[]; newestStep: number; total: number };
type Ledger = { readonly counters: Map<string, Counter>; sweptStep: number };

/**
 * Counts in the memory of this node: no timers, no storage, bounded memory. With more clients than fit at once the
 * one seen first is forgotten, which can only grant it requests.
 */
export function createMemoryRateLimiter(deps: {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly maxClients?: number;
}): RateLimiter {
  const maxClients = deps.maxClients ?? maxClientsPerBudget;
  const ledgers = new Map<string, Ledger>();

  function ledgerOf(name: string): Ledger {
    const ledger = { counters: new Map<string, Counter>(), sweptStep: -1 };
    ledgers.set(name, ledger);
    return ledger;
  }

  function counterOf(ledger: Ledger, client: string, step: number): Counter {
    if (ledger.counters.size >= maxClients) makeRoom(ledger, step, maxClients);
    const counter = { slots: new Array<number>(slotCount).fill(0), newestStep: step, total: 0 };
    ledger.counters.set(client, counter);
    return counter;
  }

  return {
    take(budget, client) {
      const stepMs = (budget.windowSeconds * 1000) / stepsPerWindow;
      const nowMs = deps.nowMs();
      const step = Math.floor(nowMs / stepMs);
      const ledger = ledgers.get(budget.name) ?? ledgerOf(budget.name);
      const counter = ledger.counters.get(client) ?? counterOf(ledger, client, step);
      if (step > counter.newestStep) forgetUntil(counter, step);
      const allowed = counter.total < budget.requests;
      if (allowed) {
        const slot = counter.newestStep % slotCount;
        counter.slots[slot] = (counter.slots[slot] ?? 0) + 1;
        counter.total += 1;
      }
      const freeAtMs = (oldestStep(counter) + slotCount) * stepMs;
      return {
        allowed,
        limit: budget.requests,
        remaining: budget.requests - counter.total,
        resetSeconds: Math.max(1, Math.ceil((freeAtMs - nowMs) / 1000)),
      };
    },
  };
}

function forgetUntil(counter: Counter, step: number): void {
  const passed = Math.min(step - counter.newestStep, slotCount);
  for (let i = 1; i <= passed; i++) {
    const slot = (counter.newestStep + i) % slotCount;
    counter.total -= counter.slots[slot] ?? 0;
    counter.slots[slot] = 0;
  }
  counter.newestStep = step;
}

function oldestStep(counter: Counter): number {
  for (let step = counter.newestStep - stepsPerWindow; step < counter.newestStep; step++)
    if (step >= 0 && (counter.slots[step % slotCount] ?? 0) > 0) return step;
  return counter.newestStep;
}

/** Drops who has been silent for a whole window, at most once a step; when nobody was, the one seen first. */
function makeRoom(ledger: Ledger, step: number, maxClients: number): void {
  const { counters } = ledger;
  if (ledger.sweptStep !== step) {
    ledger.sweptStep = step;
    for (const [client, counter] of counters)
      if (step - counter.newestStep >= slotCount) counters.delete(client);
  }
  const first = counters.keys().next();
  if (counters.size >= maxClients && !first.done) counters.delete(first.value);
}
