export {
  createIdentityModule,
  type IdentityModule,
  type IdentityModuleOptions,
} from "./module.ts";
export { identityTables } from "./storage/tables.ts";
