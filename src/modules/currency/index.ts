export { currencyCommandLines } from "./commands.ts";
export { type CurrencyModule, type CurrencyModuleOptions, createCurrencyModule } from "./module.ts";
export { currencyTables } from "./storage/tables.ts";
