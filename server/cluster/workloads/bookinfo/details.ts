import type { ContainerContext } from "../../container/index.ts";
import { clfTime, plainTime } from "../http/clf.ts";
import { json, peerOf, type WebAnswer, type WebRequest, webProgram } from "../http/web.ts";

const SERVER = "WEBrick/1.8.1 (Ruby/3.1.4/2023-03-30)";

/** details v1 of Bookinfo: a WEBrick server that knows one book. v2's external book service is not reachable here. */
export const details = webProgram({
  images: ["istio/examples-bookinfo-details-v1", "registry.istio.io/release/examples-bookinfo-details-v1"],
  cmd: ["ruby", "details.rb", "9080"],
  hasShell: true,
  uid: 1000,
  terminated: 143,
  start(context) {
    const port = Number(context.command.at(-1)) || 9080;
    const line = (text: string) => context.stderr(`[${plainTime(context.clock.now())}] INFO  ${text}\n`);
    line("WEBrick 1.8.1");
    line("ruby 3.1.4 (2023-03-30) [x86_64-linux]");
    line(`WEBrick::HTTPServer#start: pid=1 port=${port}`);
    return { ports: [port], handle: (request) => answer(request, context), answered: accessLog };
  },
});

function answer({ path }: WebRequest, { env }: ContainerContext): WebAnswer {
  if (path === "/health" || path.startsWith("/health/"))
    return json(200, { status: "Details is healthy" }, { server: SERVER });
  if (path !== "/details" && !path.startsWith("/details/")) return missing(path);
  const last = path.split("/").filter(Boolean).at(-1) ?? "";
  if (!/^-?\d+$/.test(last))
    return json(400, { error: "please provide numeric product id" }, { server: SERVER });
  if (env.ENABLE_EXTERNAL_BOOK_SERVICE === "true")
    return json(
      400,
      { error: "the external book service is not supported by the practice cluster" },
      { server: SERVER },
    );
  return json(200, book(Number(last)), { server: SERVER });
}

const book = (id: number) => ({
  id,
  author: "William Shakespeare",
  year: 1595,
  type: "paperback",
  pages: 200,
  publisher: "PublisherA",
  language: "English",
  "ISBN-10": "1234567890",
  "ISBN-13": "123-1234567890",
});

function missing(path: string): WebAnswer {
  const shown = path.replace(/[<>&]/g, "");
  const body = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0//EN">
<HTML>
  <HEAD><TITLE>Not Found</TITLE></HEAD>
  <BODY>
    <H1>Not Found</H1>
    \`${shown}' not found.
  </BODY>
</HTML>
`;
  return { status: 404, headers: { "content-type": "text/html; charset=ISO-8859-1", server: SERVER }, body };
}

/** WEBrick writes two lines for each request: common log format, and where it came from. */
function accessLog(request: WebRequest, { status, body = "" }: WebAnswer, context: ContainerContext): void {
  const { method, target } = request;
  const at = clfTime(context.clock.now(), "UTC");
  const size = Buffer.byteLength(body);
  context.stderr(`${peerOf(request)} - - [${at}] "${method} ${target} HTTP/1.1" ${status} ${size}\n`);
  context.stderr(`${request.header("referer") ?? "-"} -> ${target}\n`);
}
