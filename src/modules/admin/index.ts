export { type AdminModuleOptions, createAdminModule } from "./module.ts";
