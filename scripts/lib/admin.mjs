// The operator's end of the running server's unix socket (server/platform/admin). Plain Node: bin/meshwork.mjs uses it.
import { readFileSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { inRoot } from "./paths.mjs";
import { Refusal } from "./stages.mjs";

/** The folder that the server of this checkout keeps its things in. */
export const dataFolder = () => path.resolve(inRoot(), process.env.MESHWORK_DATA_DIR || ".data");

function socketPath(dataDir) {
  try {
    return readFileSync(path.join(dataDir, "admin.path"), "utf8").trim();
  } catch {
    throw notRunning(dataDir);
  }
}

const notRunning = (dataDir) =>
  new Refusal(`No Meshwork runs on the data in ${dataDir}.`, [
    "npm start",
    "MESHWORK_DATA_DIR=FOLDER names another data folder.",
  ]);

/** Posts to the running server. `body`: text or a stream. Resolves with the answer's stream when it is a good one. */
export function openAdmin(command, { dataDir = dataFolder(), body } = {}) {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: socketPath(dataDir), method: "POST", path: `/${command}` });
    call.on("error", (error) =>
      reject(["ENOENT", "ECONNREFUSED"].includes(error.code) ? notRunning(dataDir) : error),
    );
    call.on("response", (response) => {
      if (response.statusCode === 200) return resolve(response);
      textOf(response).then((text) => {
        let message = text;
        try {
          message = JSON.parse(text).error.message;
        } catch {
          // not ours: shown as it came
        }
        reject(new Refusal(message));
      }, reject);
    });
    if (typeof body?.pipe === "function") body.once("error", (error) => call.destroy(error)).pipe(call);
    else call.end(body);
  });
}

/** One command, one answer. Throws a Refusal with the server's own words. */
export async function askAdmin(command, params = {}, options = {}) {
  const response = await openAdmin(command, { ...options, body: JSON.stringify(params) });
  return JSON.parse(await textOf(response)).value;
}

async function textOf(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
