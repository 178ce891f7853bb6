// How people come in: on a laptop by the printed link, in a class with accounts and codes. main.ts puts it before the pages.
import type { Logger } from "pino";
import { type AdminCommand, AdminRefusal } from "./platform/admin/index.ts";
import {
  classCookie,
  classViewers,
  loopbackOrigins,
  type Origins,
  openSecret,
  openStartToken,
  provideViewers,
  publicOrigins,
  soloViewers,
  type Viewers,
} from "./platform/auth/index.ts";
import { CLASS_COMMANDS, type ClassCommandDeps, OPERATOR } from "./platform/classroom/index.ts";
import type { Config } from "./platform/config/index.ts";
import type { Database, LearnerRecord } from "./platform/db/index.ts";
import { type Door, soloDoor } from "./platform/gateway/index.ts";

export interface EntranceDeps {
  readonly config: Config;
  readonly owner: LearnerRecord;
  readonly db: () => Promise<Database>;
  /** Known when the server listens. */
  readonly port: () => number;
  readonly log: Logger;
  /** Sockets whose sessions have ended must go. */
  readonly recheck: () => void;
  /** Stops somebody's workspace and deletes what it holds. */
  readonly forgetWorkspace: (learner: string) => Promise<void>;
}

export interface Entrance {
  readonly origins: Origins;
  readonly viewers: Viewers;
  readonly door: Door;
  readonly commands: Readonly<Record<string, AdminCommand>>;
  /** A new code for a class. Whether somebody may is the caller's to know, here and below. */
  readonly makeCode: ClassCommandDeps["makeCode"];
  /** To whoever has an address, where letters can be sent; to nobody else. */
  readonly write: (learner: string, letter: { subject: string; text: string }) => Promise<void>;
  /** With all that they made. */
  readonly removePerson: (id: string, actor: string) => Promise<void>;
  /** Where to go now, and a sentence about it. Asked once, when the server listens. */
  invitation(): Promise<{ readonly url: string; readonly note: string }>;
}

export async function openEntrance(deps: EntranceDeps): Promise<Entrance> {
  const entrance = deps.config.mode === "solo" ? soloEntrance(deps) : await classEntrance(deps);
  provideViewers(entrance.viewers);
  return entrance;
}

function soloEntrance({ config, owner, db, port, log }: EntranceDeps): Entrance {
  const token = openStartToken(config.dataDir);
  return {
    origins: loopbackOrigins(port),
    viewers: soloViewers({ db, port }),
    door: soloDoor({ token, owner, db, port, log }),
    commands: Object.fromEntries(accountCommands.map((name) => [name, noAccounts])),
    makeCode: noAccounts,
    removePerson: noAccounts,
    write: async () => undefined,
    async invitation() {
      const host = config.host.includes(":") ? `[${config.host}]` : config.host;
      return {
        url: `http://${host}:${port()}/start#token=${token.value}`,
        note: "The link signs your browser in; Ctrl-C stops everything.",
      };
    },
  };
}

const accountCommands = [
  ...["user-list", "user-add", "user-link", "user-role", "user-remove"],
  ...CLASS_COMMANDS,
];
const noAccounts = async (): Promise<never> => {
  throw new AdminRefusal(
    "The server that runs here is for one person. Accounts belong to MESHWORK_MODE=class.",
  );
};

async function classEntrance(deps: EntranceDeps): Promise<Entrance> {
  const { config, db, port, log, recheck, forgetWorkspace } = deps;
  // A laptop's start shall not load them.
  const { Accounts, openMailer } = await import("./platform/accounts/index.ts");
  const { publicUrl, accounts: settings } = config;
  const origins = publicUrl ? publicOrigins(publicUrl, port) : loopbackOrigins(port);
  const cookie = classCookie(publicUrl, port);
  const secret = openSecret(config.dataDir, "accounts-key");
  const viewers = classViewers(db, { cookie, secret });
  const mailer = openMailer({
    smtpUrl: settings.smtpUrl,
    from: settings.mailFrom,
    print: (text) => process.stderr.write(`${text}\n`),
  });
  const accounts = new Accounts({
    ...{ db, secret, cookie, origins, viewers, mailer, log, recheck, forgetWorkspace },
    ...{ oidc: settings.oidc, proxies: settings.proxies },
  });
  return {
    ...{ origins, viewers },
    door: accounts,
    commands: accounts.commands(),
    makeCode: (classroom, days) => accounts.makeCode(classroom, { days, actor: OPERATOR }),
    async write(learner, letter) {
      if (mailer.kind !== "smtp") return;
      const person = await (await db()).people.find(learner);
      if (person?.email) await mailer.send({ ...letter, to: person.email });
    },
    removePerson: (id, actor) => accounts.removePerson(id, actor),
    async invitation() {
      const link = await accounts.ownerLink();
      return link
        ? {
            url: link.url,
            note: "The link makes you the owner of this server. It is good once, for 24 hours.",
          }
        : {
            url: `${origins.all()[0]}/sign-in`,
            note: "People sign in there, or join with the code of their class.",
          };
    },
  };
}
