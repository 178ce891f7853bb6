/** Requests a minute for certificates by people who are not signed in, all together. */
export const CERTIFICATES_PER_MINUTE = 120;
