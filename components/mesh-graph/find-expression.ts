import type { GraphEdge, GraphNode } from "../../server/contracts/index.ts";

/** Decides about one element. A node test never matches an edge, and the other way round. */
export interface ElementTest {
  node(node: GraphNode): boolean;
  edge(edge: GraphEdge): boolean;
}

export type Parsed =
  | { readonly ok: true; readonly test: ElementTest }
  | { readonly ok: false; readonly problem: string };

type Value = string | number | boolean | undefined;
type Operand =
  | { readonly of: "node"; read(node: GraphNode): Value }
  | { readonly of: "edge"; read(edge: GraphEdge): Value };

const has = (badge: NonNullable<GraphNode["badges"]>[number]): Operand => ({
  of: "node",
  read: (node) => node.badges?.includes(badge) ?? false,
});
const node = (read: (node: GraphNode) => Value): Operand => ({ of: "node", read });
const edge = (read: (edge: GraphEdge) => Value): Operand => ({ of: "edge", read });

/** Names as in Kiali's find and hide (GraphFind.tsx), as far as this graph knows what they ask. */
export const operands: Readonly<Record<string, Operand>> = {
  name: node(({ name }) => name),
  node: node(({ kind }) => kind),
  ns: node(({ namespace }) => namespace),
  app: node(({ app }) => app),
  version: node(({ version }) => version),
  wl: node(({ kind, name }) => (kind === "workload" || kind === "gateway" ? name : undefined)),
  svc: node(({ service, kind, name }) => (kind === "service" ? name : service?.split(".")[0])),
  healthy: node(({ health }) => health === "healthy"),
  idle: node(({ health }) => health === "idle"),
  unhealthy: node(({ health }) => health === "degraded" || health === "failing"),
  outside: node(({ kind }) => kind === "external" || kind === "unknown"),
  sc: node(({ sidecar }) => sidecar === "present"),
  vs: has("virtual-service"),
  rr: has("request-routing"),
  ts: has("traffic-shifting"),
  fi: has("fault-injection"),
  rto: has("request-timeout"),
  mirroring: has("mirroring"),
  cb: has("circuit-breaker"),
  protocol: edge(({ protocol }) => protocol),
  http: edge(({ protocol, rate }) => (protocol === "http" ? rate : 0)),
  grpc: edge(({ protocol, rate }) => (protocol === "grpc" ? rate : 0)),
  tcp: edge(({ protocol, rate }) => (protocol === "tcp" ? rate : 0)),
  "%error": edge(({ errorPercent }) => errorPercent),
  rt: edge(({ responseMs }) => responseMs?.p95),
  mtls: edge(({ mtls }) => (mtls.state === "no-traffic" ? false : (mtls.percent ?? 0) > 0)),
  "%mtls": edge(({ mtls }) => mtls.percent),
  traffic: edge(({ rate }) => rate > 0),
};

const COMPARISON = /^(!?)\s*([%a-z]+)\s*(?:(!\*=|!\^=|!\$=|\*=|\^=|\$=|>=|<=|!=|=|>|<)\s*(.+))?$/i;

/**
 * `name = web-api`, `ns *= shop AND !healthy`, `%error > 5 OR rt >= 200`. AND binds closer than OR; there are no parentheses.
 * A word alone asks whether it is so; "!" turns it round. Never throws.
 */
export function parseFind(text: string): Parsed {
  const alternatives: ElementTest[][] = [];
  for (const alternative of text.trim().split(/\s+OR\s+/i)) {
    const tests: ElementTest[] = [];
    for (const part of alternative.split(/\s+AND\s+/i)) {
      const parsed = parseComparison(part.trim());
      if (!parsed.ok) return parsed;
      tests.push(parsed.test);
    }
    alternatives.push(tests);
  }
  return {
    ok: true,
    test: {
      node: (element) => alternatives.some((tests) => tests.every((test) => test.node(element))),
      edge: (element) => alternatives.some((tests) => tests.every((test) => test.edge(element))),
    },
  };
}

function parseComparison(text: string): Parsed {
  const [, not = "", name = "", operator, wanted = ""] = COMPARISON.exec(text) ?? [];
  const operand = operands[name.toLowerCase()];
  if (!operand) {
    const known = Object.keys(operands).join(", ");
    return {
      ok: false,
      problem: name ? `There is no "${name}". Known: ${known}.` : `"${text}" is no comparison.`,
    };
  }
  if (operator !== undefined && /[<>]/.test(operator) && !Number.isFinite(Number(wanted)))
    return { ok: false, problem: `"${wanted}" is no number, and ${name} ${operator} wants one.` };
  const judge = (value: Value) => holds(value, operator, wanted.trim()) !== (not === "!");
  const never = () => false;
  return operand.of === "node"
    ? { ok: true, test: { node: (element) => judge(operand.read(element)), edge: never } }
    : { ok: true, test: { node: never, edge: (element) => judge(operand.read(element)) } };
}

function holds(value: Value, operator: string | undefined, wanted: string): boolean {
  if (operator === undefined) return typeof value === "number" ? value > 0 : Boolean(value);
  if (value === undefined) return operator.startsWith("!");
  const [have, ask] = [String(value).toLowerCase(), wanted.toLowerCase()];
  switch (operator) {
    case "=":
      return typeof value === "number" ? value === Number(wanted) : have === ask;
    case "!=":
      return typeof value === "number" ? value !== Number(wanted) : have !== ask;
    case ">":
      return Number(value) > Number(wanted);
    case ">=":
      return Number(value) >= Number(wanted);
    case "<":
      return Number(value) < Number(wanted);
    case "<=":
      return Number(value) <= Number(wanted);
    default:
      return matchesText(have, ask, operator.at(-2)) !== operator.startsWith("!");
  }
}

function matchesText(have: string, ask: string, how: string | undefined): boolean {
  if (how === "^") return have.startsWith(ask);
  return how === "$" ? have.endsWith(ask) : have.includes(ask);
}
