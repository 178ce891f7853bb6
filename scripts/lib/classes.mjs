// meshwork class …: classes of the class server that runs here, asked of it over its socket.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { askAdmin } from "./admin.mjs";
import { Refusal } from "./stages.mjs";
import { printTable, utc } from "./table.mjs";

export const CLASS_HELP = `meshwork class: the classes of the class server that runs on this data folder

  meshwork class list [--json]
  meshwork class create NAME [--workshop W] [--release V] [--language L] [--starts TIME] [--ends TIME]
                             [--capacity N] [--instructor E-MAIL|ID]     taught by the owner if nobody is named
  meshwork class change CLASS [--name NAME] [--workshop W] [--release V] [--language L] [--starts TIME|none]
                              [--ends TIME|none] [--capacity N|none] [--warm-minutes N]
  meshwork class open|close|archive|unarchive CLASS
  meshwork class invite CLASS [--days N]          a new join code and link; the old ones let nobody in any more
  meshwork class gate CLASS LAB|none              learners go no further than this lab
  meshwork class extend CLASS MINUTES             moves the end
  meshwork class repin CLASS                      reads the labs as they are on the server now
  meshwork class export CLASS [FILE]              all that is kept of it as JSON; without FILE to stdout
  meshwork class delete CLASS --yes [--with-learners]
                                                  with its codes and messages; --with-learners: also those who came by
                                                  its code, have no account and are in no other class, with their work

CLASS is an id, or the name where only one class has it. TIME is ISO 8601, e.g. 2026-11-30T09:00+01:00; without a zone
it is this machine's.
`;

const text = { type: "string" };
const flag = { type: "boolean" };
const options = {
  ...{ workshop: text, release: text, language: text, starts: text, ends: text, capacity: text },
  ...{ instructor: text, name: text, days: text, "warm-minutes": text },
  ...{ json: flag, yes: flag, "with-learners": flag },
};

/** Writes to `print`, one line at a time. Throws a Refusal with the server's words. */
export async function classes([command = "help", ...args], { dataDir, print = console.log } = {}) {
  if (command === "help" || command === "--help") return print(CLASS_HELP);
  const { values, words } = parsed(args);
  const ask = (name, params) => askAdmin(`class-${name}`, params, dataDir === undefined ? {} : { dataDir });
  const told = async (what, params = {}) => {
    const info = await ask(command, { class: classOf(words), ...params });
    print(`${info.name} ${what(info)}.`);
  };
  switch (command) {
    case "list":
      return list(await ask("list", {}), { json: values.json, print });
    case "create": {
      if (!words[0]) throw new Refusal("A class needs a name.", ["meshwork class help"]);
      const made = await ask("create", {
        name: words[0],
        ...wantedOf(values),
        ...only(values, "instructor"),
      });
      print(`${made.name} is made: ${made.workshop}, Istio ${made.istioVersion}, ${made.language}.`);
      return print(`meshwork class invite ${made.id}`);
    }
    case "change":
      return told(() => "is changed", { ...only(values, "name"), ...wantedOf(values), ...warmOf(values) });
    case "open":
    case "close":
    case "archive":
    case "unarchive":
      return told(({ state }) => `is ${state} now`);
    case "repin":
      return told(() => "reads the labs of now; its learners' workspaces start anew when they are next used");
    case "gate": {
      if (!words[1]) throw new Refusal("Up to which lab? Its id, or none.", ["meshwork class help"]);
      const lab = words[1] === "none" ? null : words[1];
      return told(({ gateLab }) => (gateLab ? `goes up to ${gateLab}` : "has no gate"), { lab });
    }
    case "extend":
      return told(({ endsAt }) => `ends ${utc(endsAt)}`, { minutes: numberOf("MINUTES", words[1]) });
    case "invite": {
      const days = values.days === undefined ? {} : { days: numberOf("--days", values.days) };
      const { name, code, url, expiresAt } = await ask("invite", { class: classOf(words), ...days });
      return print(`${url}\n${code}\nInto ${name}, until ${utc(expiresAt)}; earlier codes are void.`);
    }
    case "export": {
      const whole = JSON.stringify(await ask("export", { class: classOf(words) }), null, 2);
      if (!words[1]) return print(whole);
      writeFileSync(words[1], `${whole}\n`, { mode: 0o600, flag: "wx" });
      return print(`Written to ${words[1]}.`);
    }
    case "delete":
      return remove({ ask, words, values, print });
    default:
      throw new Refusal(`There is no command "class ${command}".`, ["meshwork class help"]);
  }
}

async function remove({ ask, words, values, print }) {
  const which = classOf(words);
  const learners = values["with-learners"] === true;
  if (!values.yes)
    throw new Refusal(
      `This deletes ${which} for good${learners ? ", and its learners who have no account, with their work" : ""}.`,
      [`meshwork class delete ${which} --yes`],
    );
  const { name, removed } = await ask("delete", { class: which, learners });
  print(`${name} is deleted${learners ? `, with ${removed} of its learners` : ""}.`);
}

function parsed(args) {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { values, words: positionals };
  } catch (error) {
    throw new Refusal(error.message, ["meshwork class help"]);
  }
}

function list(all, { json, print }) {
  if (json) return print(JSON.stringify(all, null, 2));
  const rows = all.map(({ name, state, learners, connected, capacity, istioVersion, startsAt, id }) => [
    ...[name, state, `${learners}${capacity === undefined ? "" : ` of ${capacity}`}`, String(connected)],
    ...[istioVersion, startsAt === undefined ? "-" : utc(startsAt), id],
  ]);
  printTable([["NAME", "STATE", "LEARNERS", "HERE", "ISTIO", "STARTS", "ID"], ...rows], print);
}

const only = (values, name) => (values[name] === undefined ? {} : { [name]: values[name] });
const warmOf = ({ "warm-minutes": minutes }) =>
  minutes === undefined ? {} : { warmMinutes: numberOf("--warm-minutes", minutes) };

/** What was given, under the server's names. "none" takes a time or a limit away. */
function wantedOf(values) {
  const { starts, ends, capacity, release } = values;
  return {
    ...only(values, "workshop"),
    ...only(values, "language"),
    ...(release === undefined ? {} : { istioVersion: release }),
    ...(starts === undefined ? {} : { startsAt: timeOf("--starts", starts) }),
    ...(ends === undefined ? {} : { endsAt: timeOf("--ends", ends) }),
    ...(capacity === undefined
      ? {}
      : { capacity: capacity === "none" ? null : numberOf("--capacity", capacity) }),
  };
}

function classOf([which]) {
  if (!which) throw new Refusal("Which class? Give its id or its name.", ["meshwork class list"]);
  return which;
}

function numberOf(name, given) {
  if (!/^\d+$/.test(given ?? "")) throw new Refusal(`${name} is a number.`, ["meshwork class help"]);
  return Number(given);
}

function timeOf(name, given) {
  if (given === "none") return null;
  const time = Date.parse(given);
  if (Number.isNaN(time))
    throw new Refusal(`${name} is a time, e.g. 2026-11-30T09:00.`, ["meshwork class help"]);
  return time;
}
