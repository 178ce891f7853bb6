import { type Expr, type Nodes, RESULT } from "./nodes.ts";
import { CelSyntaxError } from "./tokens.ts";

// What cel-go's parser writes in place of its macros: the standard ones, `cel.bind`, those over two variables
// (ext.TwoVarComprehensions) and those of optional values. Functions whose names begin with @ are of optional-library.ts.

export interface MacroCall {
  readonly at: number;
  readonly name: string;
  readonly target?: Expr | undefined;
  readonly args: readonly Expr[];
}

/** Undefined: no macro; an ordinary call. */
export function expand(nodes: Nodes, call: MacroCall): Expr | undefined {
  const { name, target, args, at } = call;
  if (!target) return name === "has" && args.length === 1 ? has(nodes, at, args[0]) : undefined;
  if (name === "bind" && nameOf(target) === "cel" && args.length === 3) return bind(nodes, call);
  if ((name === "optMap" || name === "optFlatMap") && args.length === 2) return optMap(nodes, call, target);
  if ((name === "or" || name === "orValue") && args.length === 1) return otherwise(nodes, call, target);
  const one = ONE_VARIABLE[name];
  if (one?.counts.includes(args.length)) return one.write(nodes, call, target);
  const two = TWO_VARIABLES[name];
  return two?.counts.includes(args.length) ? overTwo(nodes, call, { target, write: two.write }) : undefined;
}

type Writer = (nodes: Nodes, call: MacroCall, over: Expr) => Expr;

interface Macro {
  /** How many arguments make it one. */
  readonly counts: readonly number[];
  readonly write: Writer;
}

const keep: Writer = (nodes, call, over) => {
  const [variable, body] = [variableOf(nodes, call, 0), argument(call, 1)];
  const transform = call.args.length === 3 ? argument(call, 2) : body;
  const appended = append(nodes, call.at, transform);
  const step =
    call.args.length === 3
      ? nodes.call(call.at, "_?_:_", [body, appended, nodes.name(call.at, RESULT)])
      : appended;
  return nodes.loop(call.at, { over, variable, start: nodes.list(call.at, []), step });
};

const filter: Writer = (nodes, call, over) => {
  const variable = variableOf(nodes, call, 0);
  const appended = append(nodes, call.at, nodes.name(call.at, variable));
  const step = nodes.call(call.at, "_?_:_", [argument(call, 1), appended, nodes.name(call.at, RESULT)]);
  return nodes.loop(call.at, { over, variable, start: nodes.list(call.at, []), step });
};

const quantified =
  (name: "all" | "exists" | "one"): Writer =>
  (nodes, call, over) =>
    quantifier(nodes, call.at, { name, over, variable: variableOf(nodes, call, 0), body: argument(call, 1) });

const ONE_VARIABLE: Readonly<Record<string, Macro | undefined>> = {
  all: { counts: [2], write: quantified("all") },
  exists: { counts: [2], write: quantified("exists") },
  exists_one: { counts: [2], write: quantified("one") },
  existsOne: { counts: [2], write: quantified("one") },
  map: { counts: [2, 3], write: keep },
  filter: { counts: [2], write: filter },
};

interface Quantifier {
  readonly name: "all" | "exists" | "one";
  readonly over: Expr;
  readonly variable: string;
  readonly body: Expr;
}

function quantifier(nodes: Nodes, at: number, { name, over, variable, body }: Quantifier): Expr {
  const result = () => nodes.name(at, RESULT);
  if (name === "one") {
    const more = nodes.call(at, "_+_", [result(), nodes.int(at, 1n)]);
    const step = nodes.call(at, "_?_:_", [body, more, result()]);
    const exactly = nodes.call(at, "_==_", [result(), nodes.int(at, 1n)]);
    return nodes.loop(at, { over, variable, start: nodes.int(at, 0n), step, result: exactly });
  }
  const all = name === "all";
  const open = all ? result() : nodes.call(at, "!_", [result()]);
  return nodes.loop(at, {
    ...{
      over,
      variable,
      start: nodes.bool(at, all),
      condition: nodes.call(at, "@not_strictly_false", [open]),
    },
    step: nodes.call(at, all ? "_&&_" : "_||_", [result(), body]),
  });
}

const ENTRY = "@entry";

interface BodyOf {
  readonly over: Expr;
  readonly call: MacroCall;
  /** An argument, with both variables bound. */
  part(index: number): Expr;
}

interface TwoVariableMacro {
  readonly counts: readonly number[];
  readonly write: (nodes: Nodes, at: number, body: BodyOf) => Expr;
}

const two =
  (name: Quantifier["name"]): TwoVariableMacro["write"] =>
  (nodes, at, { over, part }) =>
    quantifier(nodes, at, { name, over, variable: ENTRY, body: part(2) });

/** With four arguments the third is a condition. */
const transformed =
  (
    start: (nodes: Nodes, at: number) => Expr,
    add: (nodes: Nodes, at: number, body: BodyOf & { last: number }) => Expr,
  ) =>
  (nodes: Nodes, at: number, body: BodyOf): Expr => {
    const last = body.call.args.length - 1;
    const added = add(nodes, at, { ...body, last });
    const step = last === 3 ? nodes.call(at, "_?_:_", [body.part(2), added, nodes.name(at, RESULT)]) : added;
    return nodes.loop(at, { over: body.over, variable: ENTRY, start: start(nodes, at), step });
  };

const emptyMap = (nodes: Nodes, at: number) => nodes.map(at, []);

const TWO_VARIABLES: Readonly<Record<string, TwoVariableMacro | undefined>> = {
  all: { counts: [3], write: two("all") },
  exists: { counts: [3], write: two("exists") },
  exists_one: { counts: [3], write: two("one") },
  existsOne: { counts: [3], write: two("one") },
  transformList: {
    counts: [3, 4],
    write: transformed(
      (nodes, at) => nodes.list(at, []),
      (nodes, at, { part, last }) => append(nodes, at, part(last)),
    ),
  },
  transformMap: {
    counts: [3, 4],
    write: transformed(emptyMap, (nodes, at, { part, last }) => {
      const key = entryPart(nodes, at, 0);
      return nodes.call(at, "@insert", [nodes.name(at, RESULT), key, part(last)]);
    }),
  },
  transformMapEntry: {
    counts: [3, 4],
    write: transformed(emptyMap, (nodes, at, { part, last }) =>
      nodes.call(at, "@insertAll", [nodes.name(at, RESULT), part(last)]),
    ),
  },
};

const entryPart = (nodes: Nodes, at: number, index: 0 | 1) =>
  nodes.call(at, "_[_]", [nodes.name(at, ENTRY), nodes.int(at, BigInt(index))]);

/** A loop over pairs; the two names are bound in each part of the body. */
function overTwo(
  nodes: Nodes,
  call: MacroCall,
  { target, write }: { target: Expr; write: TwoVariableMacro["write"] },
): Expr {
  const { at } = call;
  const [key, value] = [variableOf(nodes, call, 0), variableOf(nodes, call, 1)];
  if (key === value)
    throw new CelSyntaxError(`duplicate variable name: ${key}`, placeOf(nodes, call, 1), false);
  const part = (index: number) => {
    const inner = nodes.bind(at, {
      name: value,
      value: entryPart(nodes, at, 1),
      within: argument(call, index),
    });
    return nodes.bind(at, { name: key, value: entryPart(nodes, at, 0), within: inner });
  };
  return write(nodes, at, { over: nodes.call(at, "@entries", [target]), call, part });
}

function has(nodes: Nodes, at: number, tested: Expr | undefined): Expr {
  const field = tested?.exprKind;
  if (field?.case === "selectExpr" && field.value.operand) {
    const { operand, field: name } = field.value;
    return nodes.select(at, operand, { field: name, testOnly: true });
  }
  // An optional's field: there when the optional that selecting gives holds something.
  if (tested && field?.case === "callExpr" && field.value.function === "@?.") {
    return nodes.method(tested, at, { name: "hasValue", args: [] });
  }
  throw new CelSyntaxError("invalid argument to has() macro", tested ? nodes.placeOf(tested) : at, false);
}

function bind(nodes: Nodes, call: MacroCall): Expr {
  const variable = nameOf(argument(call, 0));
  if (variable === undefined) {
    throw new CelSyntaxError(
      "cel.bind() variable names must be simple identifiers",
      placeOf(nodes, call, 0),
      false,
    );
  }
  return nodes.bind(call.at, { name: variable, value: argument(call, 1), within: argument(call, 2) });
}

const OPTIONAL = "@optional";

function optMap(nodes: Nodes, call: MacroCall, target: Expr): Expr {
  const { at, name } = call;
  const variable = nameOf(argument(call, 0));
  if (variable === undefined) {
    const text = `${name}() variable name must be a simple identifier`;
    throw new CelSyntaxError(text, placeOf(nodes, call, 0), false);
  }
  const optional = () => nodes.name(at, OPTIONAL);
  const value = nodes.method(optional(), at, { name: "value", args: [] });
  const mapped = nodes.bind(at, { name: variable, value, within: argument(call, 1) });
  const some = name === "optMap" ? nodes.call(at, "@optional.of", [mapped]) : mapped;
  const none = nodes.call(at, "@optional.none", []);
  return withOptional(nodes, at, { target, some, none });
}

/** The other value is only looked at when it is needed. */
function otherwise(nodes: Nodes, call: MacroCall, target: Expr): Expr {
  const { at, name } = call;
  const optional = nodes.name(at, OPTIONAL);
  const some = name === "or" ? optional : nodes.method(optional, at, { name: "value", args: [] });
  return withOptional(nodes, at, { target, some, none: argument(call, 0) });
}

function withOptional(nodes: Nodes, at: number, parts: { target: Expr; some: Expr; none: Expr }): Expr {
  const there = nodes.method(nodes.name(at, OPTIONAL), at, { name: "hasValue", args: [] });
  const within = nodes.call(at, "_?_:_", [there, parts.some, parts.none]);
  return nodes.bind(at, { name: OPTIONAL, value: parts.target, within });
}

const append = (nodes: Nodes, at: number, value: Expr) =>
  nodes.call(at, "_+_", [nodes.name(at, RESULT), nodes.list(at, [value])]);

function argument({ args, at, name }: MacroCall, index: number): Expr {
  const found = args[index];
  if (!found) throw new CelSyntaxError(`${name}() lacks an argument`, at, false);
  return found;
}

function placeOf(nodes: Nodes, call: MacroCall, index: number): number {
  return nodes.placeOf(argument(call, index));
}

function nameOf({ exprKind }: Expr): string | undefined {
  return exprKind.case === "identExpr" ? exprKind.value.name : undefined;
}

function variableOf(nodes: Nodes, call: MacroCall, index: number): string {
  const name = nameOf(argument(call, index));
  if (name === undefined || name.startsWith(".")) {
    throw new CelSyntaxError("argument must be a simple name", placeOf(nodes, call, index), false);
  }
  return name;
}
