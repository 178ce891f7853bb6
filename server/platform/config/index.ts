export type { AccountSettings } from "./accounts.ts";
export {
  type Config,
  configVariables,
  type Isolation,
  judgeExposure,
  type Mode,
  readConfig,
} from "./config.ts";
export { ConfigError } from "./config-error.ts";
