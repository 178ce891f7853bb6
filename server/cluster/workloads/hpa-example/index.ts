import { clfTime } from "../http/clf.ts";
import { peerOf, webProgram } from "../http/web.ts";

/** registry.k8s.io/hpa-example: a page that costs CPU; here the cost is a figure, so that an autoscaler sees it. */
export const hpaExample = webProgram({
  images: ["registry.k8s.io/hpa-example", "k8s.gcr.io/hpa-example"],
  cmd: ["apache2-foreground"],
  hasShell: true,
  terminated: 0,
  requestCpuMs: 40,
  start({ stdout, clock }) {
    stdout("AH00094: Command line: 'apache2 -D FOREGROUND'\n");
    return {
      ports: [80],
      handle: () => ({ status: 200, headers: { "content-type": "text/html; charset=UTF-8" }, body: "OK!" }),
      answered(request, { status }) {
        const { method, target } = request;
        stdout(
          `${peerOf(request)} - - [${clfTime(clock.now())}] "${method} ${target} HTTP/1.1" ${status} 3 "-" "${request.header("user-agent") ?? "-"}"\n`,
        );
      },
    };
  },
});
