export { ledgerCommandLines } from "./commands.ts";
export { createLedgerModule, type LedgerModuleOptions } from "./module.ts";
export { ledgerTables } from "./storage/tables.ts";
