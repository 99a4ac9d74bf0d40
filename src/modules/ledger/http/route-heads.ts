/** What routes of the ledger have in common: who may ask, and out of which budget. */
const tags = ["Ledger"];

export const reading = { tags, access: "ledger:read", limit: "read" } as const;
/** What costs the database more. */
export const readingMuch = { tags, access: "ledger:read", limit: "costly_read" } as const;
export const writing = { tags, access: "ledger:write", limit: "write" } as const;
