// The least that can answer a list and a watch: node:https over objects in memory. No kinds, no rights, no history.
// GET /list?count=N sends N pods, serialised anew. GET /watch stays open; POST /send sends its body to every watch.
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import { text } from "node:stream/consumers";

const [keyFile = "", certFile = "", podFile = ""] = process.argv.slice(2);
const pod: unknown = JSON.parse(readFileSync(podFile, "utf8"));
const watches = new Set<ServerResponse>();
const server = createServer(
  { key: readFileSync(keyFile), cert: readFileSync(certFile) },
  (request, response) => {
    const url = new URL(request.url ?? "/", "https://127.0.0.1");
    if (url.pathname === "/list") {
      const items = Array.from({ length: Number(url.searchParams.get("count")) }, () => pod);
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ kind: "PodList", apiVersion: "v1", metadata: {}, items }));
      return;
    }
    if (url.pathname === "/watch") {
      response.writeHead(200, { "Content-Type": "application/json" }).flushHeaders();
      watches.add(response);
      response.once("close", () => watches.delete(response));
      return;
    }
    text(request).then((body) => {
      // Serialised once an event, as a server must that reads what it is given.
      const event = `${JSON.stringify({ type: "MODIFIED", object: JSON.parse(body) })}\n`;
      for (const watch of watches) watch.write(event);
      response.end("{}");
    }, console.error);
  },
);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address && typeof address === "object") console.log(JSON.stringify({ port: address.port }));
});
process.on("SIGTERM", () => process.exit(0));
