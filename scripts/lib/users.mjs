// meshwork user …: people of the class server that runs here, asked of it over its socket.
import { askAdmin } from "./admin.mjs";
import { Refusal } from "./stages.mjs";
import { printTable, utc } from "./table.mjs";

export const USER_HELP = `meshwork user: the people of the class server that runs on this data folder

  meshwork user list [--json]
  meshwork user add --role owner|instructor|learner    prints a link by which one person makes their account
  meshwork user link E-MAIL|ID                         prints a link by which somebody sets a new password
  meshwork user role E-MAIL|ID owner|instructor|learner
  meshwork user remove E-MAIL|ID --yes                 with their progress, files and cluster
`;

const roles = ["owner", "instructor", "learner"];

/** Writes to `print`, one line at a time. Throws a Refusal with the server's words. */
export async function user([command = "help", ...args], { dataDir, print = console.log } = {}) {
  const ask = (name, params) => askAdmin(name, params, dataDir === undefined ? {} : { dataDir });
  const words = args.filter((word) => !word.startsWith("--"));
  switch (command) {
    case "list":
      return list(await ask("user-list", {}), { json: args.includes("--json"), print });
    case "add": {
      const link = await ask("user-add", { role: roleOf(args[args.indexOf("--role") + 1] ?? words[0]) });
      return print(`${link.url}\nGood once, until ${until(link)}.`);
    }
    case "link": {
      const link = await ask("user-link", { who: whoOf(words) });
      return print(`${link.url}\nFor ${link.name}; good once, until ${until(link)}.`);
    }
    case "role": {
      const { name, role } = await ask("user-role", { who: whoOf(words), role: roleOf(words[1]) });
      return print(`${name} is ${role} now; whoever was signed in with this account signs in again.`);
    }
    case "remove": {
      const who = whoOf(words);
      if (!args.includes("--yes"))
        throw new Refusal(`This deletes the progress, files and cluster of ${who} for good.`, [
          `meshwork user remove ${who} --yes`,
        ]);
      const { name } = await ask("user-remove", { who });
      return print(`${name} is removed.`);
    }
    case "help":
    case "--help":
      return print(USER_HELP);
    default:
      throw new Refusal(`There is no command "user ${command}".`, ["meshwork user help"]);
  }
}

function list(people, { json, print }) {
  if (json) return print(JSON.stringify(people, null, 2));
  const rows = people.map(({ name, email, role, signsIn, id }) => [name, role, email ?? "-", signsIn, id]);
  printTable([["NAME", "ROLE", "E-MAIL", "SIGNS IN", "ID"], ...rows], print);
}

const until = ({ expiresAt }) => utc(expiresAt);

function whoOf([who]) {
  if (!who) throw new Refusal("Whom? Give an e-mail address or an id.", ["meshwork user list"]);
  return who;
}

function roleOf(role) {
  if (!roles.includes(role))
    throw new Refusal(`A role is one of ${roles.join(", ")}.`, ["meshwork user help"]);
  return role;
}
