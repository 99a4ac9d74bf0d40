export { billingCommandLines } from "./commands.ts";
export { type BillingModuleOptions, createBillingModule } from "./module.ts";
export { billingTables } from "./storage/tables.ts";
