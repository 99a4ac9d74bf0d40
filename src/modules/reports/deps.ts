import type { BillingApi } from "#modules/billing/contract";
import type { CurrencyApi, CurrencyScales } from "#modules/currency/contract";
import type { IdentityApi } from "#modules/identity/contract";
import type { LedgerApi } from "#modules/ledger/contract";
import type { Database } from "#platform/db/database";
import type { DocumentRenderer } from "#platform/documents/renderer";
import type { Jobs } from "#platform/jobs/jobs";
import type { Clock } from "#platform/kernel/clock";
import type { Ids } from "#platform/kernel/ids";
import type { Logger } from "#platform/observability/logger";

/** What the module needs from outside, and its own repositories. */
export type ReportsDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly jobs: Jobs;
  readonly identity: Pick<IdentityApi, "usersById">;
  readonly billing: Pick<BillingApi, "entitlementsOf">;
  readonly currency: Pick<CurrencyApi, "ratesAt">;
  readonly ledger: LedgerApi;
  /** Which currencies exist, and their decimals. */
  readonly scales: CurrencyScales;
  readonly renderer: DocumentRenderer;
  readonly logger: Logger;
};
