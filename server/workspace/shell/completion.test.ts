import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { bashCompletion } from "./completion.ts";

/** What bash is given for a Tab at the line's end, by a tool that answers so when it is asked exactly this. */
function offered(line: string, { asked, answer }: { asked: string; answer: string }): string[] {
  const script = `${bashCompletion}
compopt() { printf 'compopt %s\\n' "$*"; }
kubectl() { if [ "$(printf '<%s>' "$@")" = "$ASKED" ]; then printf -- "$ANSWER"; else printf 'asked:%s\\n' "$*" >&2; fi; }
COMP_LINE=$LINE COMP_POINT=\${#LINE}
__meshwork_complete
if [ \${#COMPREPLY[@]} -gt 0 ]; then printf '%s\\n' "\${COMPREPLY[@]}"; fi`;
  const env = { ...process.env, LINE: line, ASKED: asked, ANSWER: answer };
  return execFileSync("bash", ["--norc", "-c", script], { env, encoding: "utf8" }).split("\n").slice(0, -1);
}

it("offers what the tool says, without its descriptions, and no files", () => {
  const asked = "<__complete><get><peer>";
  const answer = "peerauthentications.security.istio.io\\tsome words\\n:4\\n";
  expect(offered("kubectl get peer", { asked, answer })).toEqual([
    "compopt +o default",
    "peerauthentications.security.istio.io",
  ]);
});

it("asks for all after a blank, under the short name too", () => {
  const asked = "<__complete><get><pods><-n><>";
  expect(offered("k get pods -n ", { asked, answer: "default\\nistio-system\\n:4\\n" })).toEqual([
    "compopt +o default",
    "default",
    "istio-system",
  ]);
});

it("gives back what comes after = and :, where readline's word begins", () => {
  const asked = "<__complete><get><--output=js>";
  expect(
    offered("kubectl get --output=js", { asked, answer: "--output=json\\n--output=jsonpath\\n:6\\n" }),
  ).toEqual(["compopt -o nospace", "compopt +o default", "json", "jsonpath"]);
});

it("leaves files to bash where the tool does, and offers nothing when it fails", () => {
  expect(offered("kubectl apply -f ", { asked: "<__complete><apply><-f><>", answer: ":0\\n" })).toEqual([]);
  expect(offered("kubectl get x", { asked: "<__complete><get><x>", answer: "boom\\n:1\\n" })).toEqual([]);
  expect(offered("kubectl get x", { asked: "<__complete><get><x>", answer: "no directive\\n" })).toEqual([]);
});
