import type { ContainerContext } from "../../container/index.ts";
import type { WebAnswer, WebRequest } from "../http/web.ts";
import type { Location, NginxServer } from "./config.ts";

export const NGINX_VERSION = "1.27.3";
const SERVER = `nginx/${NGINX_VERSION}`;

export const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This page stands in the practice cluster for the one that nginx shows when it is installed and not yet configured.</p>
</body>
</html>
`;

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  txt: "text/plain",
  css: "text/css",
  js: "application/javascript",
  json: "application/json",
  svg: "image/svg+xml",
  png: "image/png",
};

const TITLES: Readonly<Record<number, string>> = {
  301: "Moved Permanently",
  302: "Found",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Not Allowed",
  500: "Internal Server Error",
  503: "Service Temporarily Unavailable",
};

/** The longest prefix wins, an exact match before all. */
function locationFor({ locations }: NginxServer, path: string): Location | undefined {
  const exact = locations.find((location) => location.exact && location.prefix === path);
  const fitting = locations.filter(({ exact, prefix }) => !exact && path.startsWith(prefix));
  return exact ?? fitting.sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

export function answer(request: WebRequest, server: NginxServer, { files }: ContainerContext): WebAnswer {
  const location = locationFor(server, request.path);
  if (location?.answer) return fixed(location);
  if (request.method !== "GET" && request.method !== "HEAD") return page(405);
  const root = location?.root ?? server.root;
  const candidates = request.path.endsWith("/")
    ? server.index.map((name) => request.path + name)
    : [request.path];
  for (const path of candidates) {
    const body = files.read(root + path);
    if (body) return file(path, body);
    // What the image brings along is there until a volume covers it.
    if (path === "/index.html" && root === "/usr/share/nginx/html" && !files.list(root)?.length)
      return file(path, Buffer.from(WELCOME));
  }
  if (files.list(root + request.path))
    return request.path.endsWith("/")
      ? page(403)
      : page(301, { location: `http://${request.header("host") ?? ""}${request.path}/` });
  return page(404);
}

function fixed({ answer: given, type }: Location): WebAnswer {
  const { status, text } = given ?? { status: 404, text: "" };
  if (status >= 301 && status <= 308) return page(status, { location: text });
  if (!text) return page(status);
  return {
    status,
    headers: { server: SERVER, "content-type": type ?? "application/octet-stream" },
    body: text,
  };
}

function file(path: string, body: Uint8Array): WebAnswer {
  const type = TYPES[path.split(".").at(-1) ?? ""] ?? "application/octet-stream";
  return { status: 200, headers: { server: SERVER, "content-type": type, "accept-ranges": "bytes" }, body };
}

function page(status: number, headers: Readonly<Record<string, string>> = {}): WebAnswer {
  const title = `${status} ${TITLES[status] ?? ""}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${SERVER}</center>\r\n</body>\r\n</html>\r\n`;
  return {
    status,
    headers: { server: SERVER, "content-type": "text/html", ...headers },
    body: status < 300 ? "" : body,
  };
}
