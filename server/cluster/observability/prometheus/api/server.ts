import type { Disposable } from "../../../base/index.ts";
import type { PodNetwork } from "../../../network/index.ts";
import { serveHttp } from "../../http/index.ts";
import { apiHandler } from "./api.ts";
import type { ApiDeps } from "./deps.ts";

const PORT = 9090;

/** The API on the pod's port. A form in a POST counts as parameters. */
export const serveApi = (network: PodNetwork, deps: ApiDeps): Disposable =>
  serveHttp(network, PORT, apiHandler(deps));
