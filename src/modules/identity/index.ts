export { identityCommandLines } from "./commands.ts";
export {
  createIdentityModule,
  type IdentityModule,
  type IdentityModuleOptions,
} from "./module.ts";
export { identityTables } from "./storage/tables.ts";
