export { analyze } from "./command.ts";
export { parseDocuments } from "./documents.ts";
export { readSource, several } from "./from-files.ts";
export { matchesLabelSelector } from "./selectors.ts";
export { type LabelSelector, mutatingWebhookConfiguration, type Webhook } from "./specs.ts";
