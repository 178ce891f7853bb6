import { toYaml } from "../text/yaml.ts";
import { type Level, type Message, reference, toLine } from "./message.ts";
import { friendlyName } from "./resource.ts";

export const FORMATS = ["log", "json", "yaml"] as const;
export type Format = (typeof FORMATS)[number];

/** `https://istio.io/v1.21/docs/reference/config/analysis`. */
export const analysisUrl = (release: string): string =>
  `https://istio.io/v${release.split(".").slice(0, 2).join(".")}/docs/reference/config/analysis`;

const COLOURS: Readonly<Record<Level, string>> = { Error: "\u001b[1;31m", Warning: "\u001b[33m", Info: "" };

export interface PrintOptions {
  readonly format: Format;
  readonly colour: boolean;
  readonly release: string;
}

/** The messages as istioctl prints them, without the line end that follows (istioctl/pkg/util/formatting). */
export function printed(messages: readonly Message[], { format, colour, release }: PrintOptions): string {
  if (format === "log") {
    const paint = (level: Level) => (colour ? `${COLOURS[level]}${level}\u001b[0m` : level);
    return messages.map((message) => toLine(message, paint)).join("\n");
  }
  const objects = messages.map((message) => toObject(message, release));
  return format === "json" ? escaped(JSON.stringify(objects, null, "\t")) : toYaml(objects);
}

/** Go's encoding/json writes these three as escapes. */
const escaped = (json: string): string =>
  json.replace(/[<>&]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Keys in the order in which Go prints a map. */
function toObject(message: Message, release: string): Record<string, string> {
  const at = reference(message);
  return {
    code: message.code,
    documentationUrl: `${analysisUrl(release)}/${message.code.toLowerCase()}/?ref=istioctl-analyze`,
    level: message.level,
    message: message.text,
    origin: friendlyName(message.resource),
    ...(at !== undefined && { reference: at }),
  };
}
