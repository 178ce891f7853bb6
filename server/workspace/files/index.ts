export { seedCertificates } from "./certificates.ts";
export { readHistory } from "./history.ts";
export { seedFiles } from "./seed.ts";
