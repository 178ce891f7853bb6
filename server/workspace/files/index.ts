export { seedCertificates } from "./certificates.ts";
export { seedFiles } from "./seed.ts";
