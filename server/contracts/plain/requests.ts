export const requestMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
export type RequestMethod = (typeof requestMethods)[number];

/** Requests per second, and seconds until it ends by itself. */
export const trafficBounds = { rate: { min: 0.1, max: 20 }, seconds: { min: 10, max: 1_800 } } as const;

/** RFC 9110's tokens for names; values on one line. */
export const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
export const headerValue = /^[\t\x20-\x7e]{0,1000}$/;
export const mostHeaders = 16;

/** http:// or https://, a host, a path; no user, no spaces. */
export const isRequestUrl = (text: string): boolean =>
  text.length <= 2_000 && /^https?:\/\/[^\s@/]+(\/[^\s]*)?$/.test(text) && URL.canParse(text);
