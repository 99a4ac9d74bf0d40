export { gbsCommandLines } from "./commands.ts";
export { createGbsModule, type GbsModuleOptions } from "./module.ts";
export { gbsTables } from "./storage/tables.ts";
