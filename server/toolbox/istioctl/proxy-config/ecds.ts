import type { CommandContext } from "../command.ts";
import { field, type Json, list, text } from "../json.ts";
import { table } from "../text/tabwriter.ts";
import { dumpOf, outputFormat, printValue } from "./dump.ts";

/** `proxy-config ecds`: extensions that a proxy was given by name. */
export async function ecds(context: CommandContext): Promise<void> {
  const output = outputFormat(context);
  const { "@type": _type, ...section } = (await dumpOf(context, "ecds")).section("EcdsConfigDump");
  if (output !== "short") printValue(context, section);
  else context.stdout(table(ecdsRows(section)));
}

function ecdsRows(section: Json): string[][] {
  const rows = list(section.ecdsFilters)
    .map(({ ecdsFilter }) => [
      text(ecdsFilter, "name"),
      text(field(ecdsFilter, "typedConfig"), "@type").replace("type.googleapis.com/", ""),
    ])
    .sort(([a = "", b = ""], [c = "", d = ""]) => (b + a < d + c ? -1 : 1));
  return [["ECDS NAME", "TYPE"], ...rows];
}
