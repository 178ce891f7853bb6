import { X509Certificate } from "node:crypto";
import type { CommandContext } from "../command.ts";
import { type Json, list, text } from "../json.ts";
import { atLeast } from "../release.ts";
import { table } from "../text/tabwriter.ts";
import { type ConfigDump, dumpOf, outputFormat, printValue } from "./dump.ts";

export async function secrets(context: CommandContext): Promise<void> {
  const output = outputFormat(context);
  const dump = secretsOf(await dumpOf(context, "secret"));
  if (output !== "short") printValue(context, dump);
  else if (list(dump.dynamicActiveSecrets).length + list(dump.dynamicWarmingSecrets).length === 0)
    context.stdout("No active or warming secrets found.\n");
  else context.stdout(table(secretRows(dump, context.version)));
}

/** The secrets section without its type and without an empty list of warming ones. */
export function secretsOf(dump: ConfigDump): Json {
  const { dynamicActiveSecrets, dynamicWarmingSecrets } = dump.section("SecretsConfigDump");
  return {
    ...(list(dynamicActiveSecrets).length > 0 && { dynamicActiveSecrets }),
    ...(list(dynamicWarmingSecrets).length > 0 && { dynamicWarmingSecrets }),
  };
}

export function secretRows(dump: Json, release: string): string[][] {
  const head = ["RESOURCE NAME", "TYPE", "STATUS", "VALID CERT", "SERIAL NUMBER", "NOT AFTER", "NOT BEFORE"];
  return [
    head,
    ...list(dump.dynamicActiveSecrets).map((item) => row(item, "ACTIVE", release)),
    ...list(dump.dynamicWarmingSecrets).map((item) => row(item, "WARMING", release)),
  ];
}

function row(item: Json, state: string, release: string): string[] {
  const chain = text(item, "secret", "tlsCertificate", "certificateChain", "inlineBytes");
  const bundle = text(item, "secret", "validationContext", "trustedCa", "inlineBytes");
  const type = bundle ? "CA" : "Cert Chain";
  const pem = Buffer.from(chain || bundle, "base64").toString("utf8");
  if (!pem) return [text(item, "name"), type, state, "false", "", "", ""];
  const certificate = new X509Certificate(pem);
  const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  const now = Date.now();
  const valid = from.getTime() <= now && now <= to.getTime();
  return [
    text(item, "name"),
    type,
    state,
    String(valid),
    serial(certificate, release),
    rfc3339(to),
    rfc3339(from),
  ];
}

/** Hexadecimal without leading zeros before 1.29, 32 digits from there (istioctl/pkg/writer/compare/sds/util.go). */
function serial(certificate: X509Certificate, release: string): string {
  const hex = BigInt(`0x${certificate.serialNumber}`).toString(16);
  return atLeast(release, "1.29") ? hex.padStart(32, "0") : hex;
}

const rfc3339 = (date: Date) => date.toISOString().replace(/\.\d{3}Z$/, "Z");
