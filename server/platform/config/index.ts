export { type Config, ConfigError, type Isolation, judgeExposure, type Mode, readConfig } from "./config.ts";
