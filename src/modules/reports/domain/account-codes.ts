import type { Id } from "#platform/kernel/ids";

/** An account or a category as the ledger has it. */
export type Coded = {
  readonly id: Id;
  readonly name: string;
  /** What it is called in somebody's bookkeeping. */
  readonly externalCode: string | null;
};

/** What a booking needs a number for; `opening` and `transit` are accounts that only the bookkeeping has. */
export type CodeSubject = "account" | "category" | "opening" | "transit";

/** `missing`: nobody stated one; `not_a_number`: no digits alone, or zero; `wrong_length`: not of the client's accounts. */
export type CodeFault = "missing" | "not_a_number" | "wrong_length";

/** Something without a number that could be used; never guessed. */
export type Unmapped = {
  readonly subject: CodeSubject;
  /** Null for `opening` and `transit`, and for what the book does not have. */
  readonly id: Id | null;
  readonly name: string | null;
  readonly code: string | null;
  readonly fault: CodeFault;
  /** Bookings that need it. */
  readonly uses: number;
};

export type CodeSources = {
  readonly accounts: ReadonlyMap<Id, Coded>;
  readonly categories: ReadonlyMap<Id, Coded>;
  /** Against which opening balances are booked; null = not stated. */
  readonly opening: string | null;
  /** Between two accounts of different foreign currencies; null = not stated. */
  readonly transit: string | null;
  /** Digits of general-ledger accounts; accounts of customers and suppliers have one more. */
  readonly accountLength: number;
};

export type AccountCodes = {
  /** The number, or null after noting what is wrong. */
  of(subject: CodeSubject, id: Id | null): string | null;
  unmapped(): readonly Unmapped[];
};

export function createAccountCodes(sources: CodeSources): AccountCodes {
  const faulty = new Map<string, Unmapped>();

  function stated(subject: CodeSubject, id: Id | null): Coded | string | null {
    if (subject === "opening" || subject === "transit") return sources[subject];
    const things = subject === "account" ? sources.accounts : sources.categories;
    return (id !== null && things.get(id)) || null;
  }

  return {
    of(subject, id) {
      const found = stated(subject, id);
      const code = typeof found === "string" ? found : (found?.externalCode ?? null);
      const fault = faultOf(code, sources.accountLength);
      if (fault === null) return code;
      const key = `${subject} ${id}`;
      const name = typeof found === "string" ? null : (found?.name ?? null);
      const uses = (faulty.get(key)?.uses ?? 0) + 1;
      faulty.set(key, { subject, id, name, code, fault, uses });
      return null;
    },
    unmapped: () => [...faulty.values()],
  };
}

/** A shorter number would be another account: where accounts get longer, zeros are put behind the old ones. */
function faultOf(code: string | null, accountLength: number): CodeFault | null {
  if (code === null) return "missing";
  if (!/^\d+$/.test(code) || /^0+$/.test(code)) return "not_a_number";
  return code.length === accountLength || code.length === accountLength + 1 ? null : "wrong_length";
}
