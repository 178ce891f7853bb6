import { plainTime } from "../http/clf.ts";
import { type WebAnswer, webProgram } from "../http/web.ts";

const TEXT = { "content-type": "text/html; charset=utf-8" };

const NOT_FOUND: WebAnswer = {
  status: 404,
  headers: TEXT,
  body: "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n",
};

/** Istio's helloworld sample, v1 and v2: says its version and pod. The real one burns CPU for a while first; ours does not. */
export const helloworld = ["v1", "v2"].map((version) =>
  webProgram({
    images: [
      `istio/examples-helloworld-${version}`,
      `registry.istio.io/release/examples-helloworld-${version}`,
    ],
    cmd: ["gunicorn", "-b", "[::]:5000", "app:app", "-k", "gevent"],
    hasShell: true,
    terminated: 0,
    env: { SERVICE_VERSION: version },
    start({ env, clock, stderr }) {
      const line = (text: string) => stderr(`[${plainTime(clock.now())} +0000] ${text}\n`);
      line("[1] [INFO] Starting gunicorn 21.2.0");
      line("[1] [INFO] Listening at: http://[::]:5000 (1)");
      line("[1] [INFO] Using worker: gevent");
      line("[7] [INFO] Booting worker with pid: 7");
      return {
        ports: [5000],
        handle({ path }) {
          if (path === "/health") return { status: 200, headers: TEXT, body: "Helloworld is healthy" };
          if (path !== "/hello") return NOT_FOUND;
          const body = `Hello version: ${env.SERVICE_VERSION}, instance: ${env.HOSTNAME}\n`;
          return { status: 200, headers: TEXT, body };
        },
        farewell: () => line("[1] [INFO] Handling signal: term"),
      };
    },
  }),
);
