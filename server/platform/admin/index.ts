export {
  type AdminCommand,
  AdminRefusal,
  type AdminServer,
  type AdminStream,
  startAdminServer,
} from "./admin-server.ts";
