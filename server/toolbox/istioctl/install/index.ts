export { install, upgrade } from "./install.ts";
export { uninstall } from "./uninstall.ts";
export { verifyInstall } from "./verify.ts";
