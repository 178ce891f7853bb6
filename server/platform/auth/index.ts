export { type PagePolicy, pagePolicy, setSecurityHeaders } from "./headers.ts";
export { START_ATTEMPTS_PER_MINUTE, START_BODY_BYTES } from "./limits.ts";
export { loopbackOrigins, type Origins } from "./origin.ts";
export { currentViewer, sessionViewer, startSession } from "./sessions.ts";
export { signedOutPage, startPage } from "./start-page.ts";
export { openStartToken, type StartToken } from "./start-token.ts";
