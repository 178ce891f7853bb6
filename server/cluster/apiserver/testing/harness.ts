import { type KubeObject, StatusError } from "../../apimachinery/index.ts";
import { builtinStrategies } from "../../apis/index.ts";
import { seededRandom, silentLogger, TestClock } from "../../base/index.ts";
import { Storage } from "../../storage/index.ts";
import type { ApiRequest, Transport } from "../in-process.ts";
import { type ApiServer, type ApiServerDeps, createApiServer } from "../server.ts";

export interface Harness extends Transport {
  readonly server: ApiServer;
  readonly storage: Storage<KubeObject>;
  readonly clock: TestClock;
  get(path: string, query?: Record<string, string>): Promise<KubeObject>;
  create(path: string, body: unknown, query?: Record<string, string>): Promise<KubeObject>;
  /** What a refused request was told. */
  refusal(request: ApiRequest): Promise<StatusError>;
}

/** An API server in memory with the built-in kinds, a stopped clock, and the namespace `default`. */
export async function startHarness(given: Partial<ApiServerDeps> = {}): Promise<Harness> {
  const clock = new TestClock();
  const storage = new Storage<KubeObject>();
  const server = await createApiServer({
    storage,
    strategies: builtinStrategies,
    clock,
    random: seededRandom(),
    logger: silentLogger,
    ...given,
  });
  const transport = server.transportFor({ name: "tester", groups: ["system:masters"] });
  const object = async (request: ApiRequest): Promise<KubeObject> => {
    const answer = await transport.request(request);
    if ("items" in answer && Array.isArray(answer.items)) throw new Error(`${request.path} is a list`);
    return { ...answer, metadata: answer.metadata };
  };
  const harness: Harness = {
    ...transport,
    server,
    storage,
    clock,
    get: (path, query = {}) => object({ method: "GET", path, query }),
    create: (path, body, query = {}) => object({ method: "POST", path, body, query }),
    async refusal(request) {
      try {
        await transport.request(request);
      } catch (error) {
        if (error instanceof StatusError) return error;
        throw error;
      }
      throw new Error(`${request.method} ${request.path} was not refused`);
    },
  };
  await harness.create("/api/v1/namespaces", { metadata: { name: "default" } });
  await harness.create("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "default" } });
  return harness;
}

export const pod = (name: string, spec: object = {}) => ({
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: "main", image: "nginx" }], ...spec },
});
