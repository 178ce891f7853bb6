export { Accounts, type AccountsDeps } from "./accounts.ts";
export type { OidcSettings } from "./library.ts";
export { type Mailer, openMailer } from "./mail.ts";
