// Exit code 0 when the web process on this machine says that it is healthy.
import { get } from "node:http";

const request = get(
  { host: "127.0.0.1", port: Number(process.env.PORT ?? 3000), path: "/healthz", timeout: 2000 },
  (response) => {
    process.exit(response.statusCode === 200 ? 0 : 1);
  },
);
request.on("timeout", () => process.exit(1));
request.on("error", () => process.exit(1));
