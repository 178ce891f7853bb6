import { type Area, container, deployment, same } from "./area.ts";

export const workloads: Area = {
  name: "workloads",
  checks: [
    {
      title: "a deployment is rolled out, scaled, changed and undone",
      async run({ ok }) {
        await ok("apply -f -", deployment("web", 2));
        await ok("rollout status deployment/web --timeout=60s");
        await ok("scale deployment/web --replicas=3");
        await ok("wait --for=jsonpath={.status.readyReplicas}=3 deployment/web --timeout=60s");
        await ok("set env deployment/web A=b");
        await ok("rollout status deployment/web --timeout=60s");
        same(await ok("rollout undo deployment/web"), "deployment.apps/web rolled back\n");
        await ok("rollout status deployment/web --timeout=60s");
        same(await ok("get deployment web -o jsonpath={.spec.template.spec.containers[0].env}"), "");
      },
    },
    {
      title: "a selector that does not match its template is refused",
      run: async ({ refused }) =>
        same(
          await refused("apply -f -", deployment("web", 1, { selector: { matchLabels: { app: "other" } } })),
          /`selector` does not match template `labels`/,
        ),
    },
    {
      title: "a job runs to its end, and its log is kept",
      async run({ ok }) {
        await ok("create job hello --image=busybox -- echo hello");
        await ok("wait --for=condition=Complete job/hello --timeout=90s");
        same(await ok("logs job/hello"), "hello\n");
      },
    },
    {
      title: "a command in a container, and how it ended",
      async run({ run, ok }) {
        const spec = { containers: [container("main", { image: "busybox", command: ["sleep", "3600"] })] };
        await ok("apply -f -", {
          ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "shell" } },
          spec: { ...spec, terminationGracePeriodSeconds: 1 },
        });
        await ok("wait --for=condition=Ready pod/shell --timeout=90s");
        const { code, out } = await run("exec shell -- cat /nothing");
        same([code, out], [1, ""]);
        same(await ok("exec shell -- echo hi"), "hi\n");
      },
    },
    {
      title: "a service finds its pods",
      async run({ ok }) {
        await ok("apply -f -", deployment("web", 2));
        await ok("rollout status deployment/web --timeout=60s");
        await ok("expose deployment web --port=80");
        const slices = "get endpointslices -l kubernetes.io/service-name=web";
        await ok(
          "wait --for=jsonpath={.endpoints[1].conditions.ready}=true endpointslices -l kubernetes.io/service-name=web --timeout=60s",
        );
        same(await ok(`${slices} -o jsonpath={.items[0].ports[0].port}`), "80");
      },
    },
    {
      title: "what a deployment owns goes with it",
      async run({ ok }) {
        await ok("apply -f -", deployment("web", 1));
        await ok("rollout status deployment/web --timeout=60s");
        await ok("delete deployment web --cascade=foreground --timeout=60s");
        same(await ok("get replicasets,pods -l app=web -o name"), "");
      },
    },
  ],
};
