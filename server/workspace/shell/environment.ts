import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Enclosure } from "../sandbox/index.ts";
import type { ShellCommand } from "../terminals/index.ts";
import { bashCompletion } from "./completion.ts";

export interface GatewayAddress {
  readonly ip: string;
  readonly ports: Readonly<Record<string, number>>;
}

export interface EnvironmentOptions {
  readonly dir: string;
  /** What the learner's programs read of ours. */
  readonly handout: string;
  readonly home: string;
  readonly toolboxBin: string | undefined;
  readonly kubeconfig: string;
  readonly istioVersion: string;
  readonly workshop: string;
  /** The toolbox's istioctl and downloads are for a practice cluster; with a real one the learner's own are used. */
  readonly practice: boolean;
  readonly enclosure: Enclosure;
}

/** Marks every process that was started in this workspace, so that stopping the workspace finds them all. */
export const WORKSPACE_MARK = "MESHWORK_WORKSPACE_DIR";

/** What the learner's programs see. Built from nothing: the server's own variables stay with the server. */
export class ShellEnvironment {
  private gateway: GatewayAddress | undefined;

  constructor(private readonly options: EnvironmentOptions) {
    mkdirSync(options.handout, { recursive: true, mode: 0o700 });
    writeFileSync(this.rcFile, bashrc(options.enclosure.inside(this.gatewayFile)), { mode: 0o600 });
    mkdirSync(this.checksFolder, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(this.checksFolder, ".curlrc"), "", { mode: 0o600 });
    this.writeGateway();
  }

  setGateway(gateway: GatewayAddress): void {
    this.gateway = gateway;
    this.writeGateway();
  }

  /** Manifests of the telemetry add-ons, written by the practice cluster. */
  get addonsDir(): string {
    return path.join(this.options.handout, "addons");
  }

  /** Where a learner works: the workshop's folder. */
  get workshopFolder(): string {
    return path.join(this.options.home, "istio-workshops", this.options.workshop);
  }

  variables(): Record<string, string> {
    const { home, toolboxBin, kubeconfig, istioVersion, dir, practice, enclosure } = this.options;
    const inside = (file: string) => enclosure.inside(file);
    const inherited = ["LANG", "LC_ALL", "TZ"].flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value] as const] : [];
    });
    return {
      LANG: "C.UTF-8",
      ...Object.fromEntries(inherited),
      HOME: inside(home),
      USER: "learner",
      LOGNAME: "learner",
      SHELL: "/bin/bash",
      TERM: "xterm-256color",
      COLORTERM: "truecolor",
      PATH: [toolboxBin && inside(toolboxBin), path.join(inside(home), "bin"), systemPath(enclosure)]
        .filter(Boolean)
        .join(path.delimiter),
      KUBECONFIG: kubeconfig.split(path.delimiter).map(inside).join(path.delimiter),
      ISTIO_VERSION: istioVersion,
      MESHWORK_ADDONS: inside(this.addonsDir),
      ...(practice && toolboxBin && { MESHWORK_TOOLBOX: inside(path.dirname(toolboxBin)) }),
      ...(enclosure.isolation === "strong" && { MESHWORK_NODE: inside(process.execPath) }),
      [WORKSPACE_MARK]: dir,
      ...this.gatewayVariables(),
    };
  }

  /** `cwd`: as the learner's programs call it. */
  shell(cwd: string | undefined): ShellCommand {
    const { enclosure, home } = this.options;
    const candidates = [cwd && enclosure.outside(cwd), this.workshopFolder, home];
    const start = candidates.find((folder) => folder !== undefined && existsSync(folder));
    return enclosure.enclose({
      file: "bash",
      args: ["--rcfile", enclosure.inside(this.rcFile), "-i"],
      cwd: start ?? home,
      env: this.variables(),
    });
  }

  /**
   * A check finds our tools, then the system's, never what the learner has put on their PATH; and its curl and kubectl
   * leave the learner's settings aside: a ~/.curlrc can send a request elsewhere.
   */
  get checks(): { readonly path: string; readonly env: Readonly<Record<string, string>> } {
    const { toolboxBin, enclosure } = this.options;
    const words = [toolboxBin && enclosure.inside(toolboxBin), systemPath(enclosure)];
    return {
      path: words.filter(Boolean).join(path.delimiter),
      env: { ...this.variables(), CURL_HOME: enclosure.inside(this.checksFolder), KUBERC: "off" },
    };
  }

  private get checksFolder(): string {
    return path.join(this.options.handout, "checks");
  }

  private get rcFile(): string {
    return path.join(this.options.handout, "bashrc");
  }

  private get gatewayFile(): string {
    return path.join(this.options.handout, "gateway.sh");
  }

  private gatewayVariables(): Record<string, string> {
    if (!this.gateway) return {};
    const { ip, ports } = this.gateway;
    return {
      GATEWAY_IP: ip,
      ...(ports["80"] !== undefined && { INGRESS_PORT: String(ports["80"]) }),
      ...(ports["443"] !== undefined && { SECURE_INGRESS_PORT: String(ports["443"]) }),
    };
  }

  private writeGateway(): void {
    const lines = Object.entries(this.gatewayVariables()).map(
      ([name, value]) => `export ${name}='${value}'\n`,
    );
    writeFileSync(this.gatewayFile, lines.join(""), { mode: 0o600 });
  }
}

const STANDARD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Whoever works on their own machine finds their own programs; a sandbox has the system's only. */
function systemPath({ isolation }: Enclosure): string {
  return isolation === "none" ? (process.env.PATH ?? STANDARD_PATH) : STANDARD_PATH;
}

/**
 * The learner's own ~/.bashrc comes last but one and may change anything but the tools: a PATH it has replaced still
 * gets the toolbox in front. The gateway's address may change when the cluster restarts, so each prompt reads it again.
 */
function bashrc(gatewayFile: string): string {
  const quoted = `'${gatewayFile.replaceAll("'", `'\\''`)}'`;
  return `# Written by Meshwork at every start of the workspace; put your own settings into ~/.bashrc.
__meshwork_path=$PATH
PS1='\\[\\e[32m\\]learner\\[\\e[0m\\]:\\[\\e[34m\\]\\w\\[\\e[0m\\]\\$ '
HISTSIZE=10000
HISTFILESIZE=20000
HISTCONTROL=ignoredups
shopt -s histappend checkwinsize
alias ls='ls --color=auto' ll='ls -l' k=kubectl
${bashCompletion}if [ -r ~/.bashrc ]; then . ~/.bashrc; fi
case ":$PATH:" in *":\${__meshwork_path%%:*}:"*) ;; *) PATH="\${__meshwork_path%%:*}:$PATH" ;; esac
__meshwork_prompt() { history -a; if [ -r ${quoted} ]; then . ${quoted}; fi; }
PROMPT_COMMAND="__meshwork_prompt\${PROMPT_COMMAND:+; $PROMPT_COMMAND}"
unset __meshwork_path
`;
}
