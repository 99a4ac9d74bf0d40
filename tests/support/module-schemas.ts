import { billingTables } from "#modules/billing/storage/tables";
import { currencyTables } from "#modules/currency/storage/tables";
import { gbsTables } from "#modules/gbs/storage/tables";
import { identityTables } from "#modules/identity/storage/tables";
import { ledgerTables } from "#modules/ledger/storage/tables";
import { reportsTables } from "#modules/reports/storage/tables";
import type { ModuleSchema } from "#platform/db/database";

/** The modules whose tables stand in test databases: those of app.ts, without loading the modules themselves. */
export const moduleSchemas: readonly ModuleSchema[] = [
  identityTables,
  currencyTables,
  billingTables,
  ledgerTables,
  gbsTables,
  reportsTables,
];
