import { type Area, same } from "./area.ts";

const map = (data: object) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" }, data });

export const discovery: Area = {
  name: "discovery",
  checks: [
    {
      title: "groups, versions and short names",
      async run({ ok }) {
        same(await ok("api-versions"), /^apps\/v1$/m);
        same(await ok("api-resources --api-group=apps --no-headers -o name"), /^deployments\.apps$/m);
        same(await ok("get deploy"), "");
      },
    },
    {
      title: "health and version",
      async run({ kubectl, get }) {
        same(await kubectl.ok("get --raw /livez"), "ok");
        same(await kubectl.ok("get --raw /readyz?verbose"), /\[\+\]ping ok\n[\s\S]*readyz check passed\n$/);
        same(Object.keys(Object(await get("/version"))).includes("gitVersion"), true);
      },
    },
    {
      title: "explain reads the schemas",
      async run({ ok, refused }) {
        same(await ok("explain deployment.spec.strategy.type"), /RollingUpdate/);
        same(await refused("explain deployment.nothing"), /field "nothing" does not exist/);
      },
    },
    {
      title: "a kind that is not there",
      run: async ({ refused }) =>
        same(await refused("get unicorns"), `error: the server doesn't have a resource type "unicorns"\n`),
    },
  ],
};

export const verbs: Area = {
  name: "verbs",
  checks: [
    {
      title: "create, conflict, get, delete, not found",
      async run({ ok, refused }) {
        await ok("create -f -", map({ a: "1" }));
        same(
          await refused("create -f -", map({ a: "1" })),
          'Error from server (AlreadyExists): error when creating "STDIN": configmaps "m" already exists\n',
        );
        same(await ok("get cm m -o jsonpath={.data.a}"), "1");
        await ok("delete cm m");
        same(await refused("get cm m"), 'Error from server (NotFound): configmaps "m" not found\n');
      },
    },
    {
      title: "a stale update",
      async run({ ok, refused }) {
        await ok("create -f -", map({ a: "1" }));
        const old: unknown = JSON.parse(await ok("get cm m -o json"));
        await ok("label cm m changed=yes");
        same(
          await refused("replace -f -", Object(old)),
          /Operation cannot be fulfilled on configmaps "m": the object has been modified; please apply your changes to the latest version and try again/,
        );
      },
    },
    {
      title: "merge, JSON and strategic merge patches",
      async run({ kubectl, namespace, ok }) {
        await ok("create -f -", map({ a: "1", b: "2" }));
        const patch = (type: string, body: unknown) =>
          kubectl.run(["-n", namespace, "patch", "cm", "m", `--type=${type}`, "-p", JSON.stringify(body)]);
        await patch("merge", { data: { a: null, c: "3" } });
        await patch("json", [{ op: "replace", path: "/data/b", value: "4" }]);
        await patch("strategic", { metadata: { labels: { x: "y" } } });
        same(JSON.parse(await ok("get cm m -o jsonpath={.data}")), { b: "4", c: "3" });
        const failed = await patch("json", [{ op: "test", path: "/data/b", value: "5" }]);
        same(
          failed.err,
          "The request is invalid: the server rejected our request due to an error in our request\n",
        );
      },
    },
    {
      title: "server-side apply, its conflict, and by force",
      async run({ ok, refused }) {
        await ok("apply --server-side --field-manager=one -f -", map({ a: "1" }));
        same(
          await refused("apply --server-side --field-manager=two -f -", map({ a: "2" })),
          /Apply failed with 1 conflict: conflict with "one": \.data\.a/,
        );
        await ok("apply --server-side --field-manager=two --force-conflicts -f -", map({ a: "2" }));
        same(await ok("get cm m -o jsonpath={.data.a}"), "2");
      },
    },
    {
      title: "a dry run changes nothing",
      async run({ ok, refused }) {
        same(await ok("create --dry-run=server -f -", map({})), "configmap/m created (server dry run)\n");
        await refused("get cm m");
      },
    },
    {
      title: "unknown and duplicate fields, strictly",
      run: async ({ refused }) =>
        same(
          await refused("create --validate=strict -f -", { ...map({}), spce: 1 }),
          /strict decoding error: unknown field "spce"/,
        ),
    },
    {
      title: "lists in pages",
      async run({ ok, get, namespace }) {
        for (const name of ["a", "b", "c"]) await ok(`create cm ${name}`);
        const path = `/api/v1/namespaces/${namespace}/configmaps?limit=2&fieldSelector=metadata.name!%3Dkube-root-ca.crt`;
        const names = (list: unknown) =>
          Object(list).items.map((item: unknown) => Object(item).metadata.name);
        const first = Object(await get(path));
        const rest = Object(await get(`${path}&continue=${encodeURIComponent(first.metadata.continue)}`));
        same([...names(first), ...names(rest)], ["a", "b", "c"]);
      },
    },
  ],
};
