export { type Door, doorFor, scriptText } from "./door-texts.ts";
export { type PagePolicy, pagePolicy, setSecurityHeaders } from "./headers.ts";
export { SESSION_DAYS, START_ATTEMPTS_PER_MINUTE, START_BODY_BYTES } from "./limits.ts";
export { loopbackOrigins, type Origins, publicOrigins } from "./origin.ts";
export { openSecret } from "./secret-file.ts";
export { startSession } from "./sessions.ts";
export { plainPage, signedOutPage, startPage } from "./start-page.ts";
export { openStartToken, type StartToken } from "./start-token.ts";
export {
  type ClassCookie,
  classCookie,
  classViewers,
  currentViewer,
  hashSecret,
  provideViewers,
  soloViewers,
  type Viewers,
} from "./viewers.ts";
