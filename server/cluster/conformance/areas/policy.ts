import { type Area, container, same } from "./area.ts";

const pod = (name: string, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { containers: [container("main")], ...spec },
});

export const policy: Area = {
  name: "policy",
  checks: [
    {
      title: "who may not is told so",
      async run({ refused, namespace }) {
        const who = `system:serviceaccount:${namespace}:default`;
        same(
          await refused(`get secrets --as=${who}`),
          `Error from server (Forbidden): secrets is forbidden: User "${who}" cannot list resource "secrets" in API group "" in the namespace "${namespace}"\n`,
        );
      },
    },
    {
      title: "a role lets somebody in",
      async run({ ok, run, namespace }) {
        await ok("create serviceaccount reader");
        await ok("create role reads --verb=get,list --resource=pods");
        await ok(`create rolebinding reads --role=reads --serviceaccount=${namespace}:reader`);
        const who = `--as=system:serviceaccount:${namespace}:reader`;
        same((await run(`auth can-i list pods ${who}`)).out, "yes\n");
        same((await run(`auth can-i delete pods ${who}`)).out, "no\n");
      },
    },
    {
      title: "a quota refuses what exceeds it",
      async run({ ok, refused }) {
        await ok("create quota few --hard=configmaps=2");
        await ok("wait --for=jsonpath={.status.used.configmaps}=1 quota/few --timeout=60s");
        await ok("create cm one");
        same(
          await refused("create cm two"),
          'error: failed to create configmap: configmaps "two" is forbidden: exceeded quota: few, requested: configmaps=1, used: configmaps=2, limited: configmaps=2\n',
        );
      },
    },
    {
      title: "a limit range gives its defaults",
      async run({ ok }) {
        const limits = [{ type: "Container", default: { cpu: "200m" }, defaultRequest: { cpu: "100m" } }];
        await ok("apply -f -", {
          apiVersion: "v1",
          kind: "LimitRange",
          metadata: { name: "l" },
          spec: { limits },
        });
        await ok("apply -f -", pod("p"));
        const resources: unknown = JSON.parse(
          await ok("get pod p -o jsonpath={.spec.containers[0].resources}"),
        );
        same(resources, { limits: { cpu: "200m" }, requests: { cpu: "100m" } });
      },
    },
    {
      title: "a priority class that is not there",
      run: async ({ refused }) =>
        same(
          await refused("apply -f -", pod("p", { priorityClassName: "no-such-class" })),
          /pods "p" is forbidden: no PriorityClass with name no-such-class was found/,
        ),
    },
    {
      title: "a pod that fits nowhere says why",
      async run({ ok }) {
        await ok("apply -f -", pod("p", { nodeSelector: { "example.com/no": "node" } }));
        await ok("wait --for=condition=PodScheduled=false pod/p --timeout=60s");
        same(
          await ok("get pod p -o jsonpath={.status.conditions[?(@.type=='PodScheduled')].message}"),
          /^0\/\d+ nodes are available: .*node\(s\) didn't match Pod's node affinity\/selector.*\. no new claims to deallocate, preemption: 0\/\d+ nodes are available: \d+ Preemption is not helpful for scheduling\.$/,
        );
      },
    },
  ],
};
