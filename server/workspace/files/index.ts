export { seedCertificates } from "./certificates.ts";
export { type HeldFolder, holdFolder } from "./held-folder.ts";
export { readHistory } from "./history.ts";
export { type LayOptions, overlayFiles, seedFiles } from "./seed.ts";
