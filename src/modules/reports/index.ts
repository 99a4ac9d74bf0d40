export { createReportsModule, type ReportsModuleOptions } from "./module.ts";
export { reportsTables } from "./storage/tables.ts";
