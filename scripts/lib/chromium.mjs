// A browser for the tests: one that is here, else Playwright's own, else the distribution's package.
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { which } from "./machine.mjs";
import { inRoot } from "./paths.mjs";
import { capture, tail } from "./run.mjs";
import { Refusal } from "./stages.mjs";

function fromPlaywright() {
  const base = process.env.PLAYWRIGHT_BROWSERS_PATH ?? path.join(homedir(), ".cache", "ms-playwright");
  for (const folder of existsSync(base) ? readdirSync(base) : [])
    for (const inside of [
      "chrome-linux/chrome",
      "chrome-linux64/chrome",
      "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
    ])
      if (folder.startsWith("chromium-") && existsSync(path.join(base, folder, inside)))
        return path.join(base, folder, inside);
  return undefined;
}

/** Path of a Chromium, or undefined. Debian's wrapper script prints noise, so its binary is preferred. */
export function findChromium() {
  const debian = "/usr/lib/chromium/chromium";
  const named = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    .map(which)
    .find(Boolean);
  return process.env.CHROMIUM ?? (existsSync(debian) ? debian : named) ?? fromPlaywright();
}

/** Debian's and Ubuntu's packages, when we are root; false when that is not possible. */
export async function aptInstall(packages) {
  if (process.getuid?.() !== 0 || !which("apt-get")) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await capture("apt-get", ["update", "-qq"], { env });
  const { code } = await capture(
    "apt-get",
    ["install", "-y", "-qq", "--no-install-recommends", ...packages],
    { env },
  );
  return code === 0;
}

export async function provideChromium() {
  if (findChromium()) return findChromium();
  const own = await capture(process.execPath, [
    inRoot("node_modules/@playwright/test/cli.js"),
    "install",
    "chromium",
  ]);
  if (own.code === 0 && findChromium()) return findChromium();
  if ((await aptInstall(["chromium"])) && findChromium()) return findChromium();
  throw new Refusal(
    `No Chromium for the browser tests, and none could be installed.\n${tail(own.output, 5)}`,
    ["Install Chromium, or point CHROMIUM at one.", "Debian, as root: apt-get install chromium"],
  );
}
