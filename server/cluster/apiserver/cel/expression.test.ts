import { describe, expect, it } from "vitest";
import { rootMetadata } from "./problems.ts";
import { result } from "./testing.ts";

describe("expressions", () => {
  // From the examples in pkg/cel/library of kube-apiserver, and from the CRD documentation.
  it.each([
    "quantity('50k').add(20).sub(quantity('100k')).sub(-50000) == quantity('20')",
    "quantity('200M').compareTo(quantity('0.2G')) == 0",
    "quantity('50M').isLessThan(quantity('50Mi')) && !isQuantity('200K') && quantity('1500m').sign() == 1",
    "quantity('2k').asInteger() == 2000 && !quantity('1500m').isInteger()",
    "[1, 2, 3].sum() == 6 && [1.5, 2.5].sum() == 4.0 && [3, 1].min() == 1 && ['a', 'c', 'b'].max() == 'c'",
    "[1, 2, 2].isSorted() && ![2, 1].isSorted() && [1, 2, 2].indexOf(2) == 1 && [1, 2, 2].lastIndexOf(2) == 2",
    "sets.contains([1, 2], [2]) && sets.equivalent([1, 1, 2], [2, 1]) && !sets.intersects([1], [2])",
    "'abc 123'.find('[0-9]+') == '123' && '123 abc 456'.findAll('[0-9]+') == ['123', '456']",
    "'123 abc 456'.findAll('[0-9]+', 1) == ['123'] && 'abc'.matches('^a.c$')",
    "url('https://user@example.com:80/a%20b?k=1&k=2').getHost() == 'example.com:80'",
    "url('https://example.com:80/').getPort() == '80' && url('https://example.com/a/b').getEscapedPath() == '/a/b'",
    "url('https://example.com/?k=1&k=2').getQuery() == {'k': ['1', '2']} && isURL('/absolute') && !isURL('a b')",
    "isIP('127.0.0.1') && !isIP('127.0.0.256') && ip('::1').isLoopback() && ip('10.0.0.1').family() == 4",
    "cidr('192.168.0.0/16').containsIP('192.168.1.1') && !cidr('192.168.0.0/24').containsCIDR('192.168.0.0/16')",
    "cidr('192.168.1.9/24').masked() == cidr('192.168.1.0/24') && cidr('::1/128').prefixLength() == 128",
    "format.dns1123Label().validate('a-b') == optional.none() && format.dns1123Label().validate('A_').hasValue()",
    "!format.named('date').value().validate('2021-01-01').hasValue() && !format.named('x').hasValue()",
    "semver('1.2.3-alpha.2').isLessThan(semver('1.2.3')) && isSemver('v1.0', true) && !isSemver('v1.0')",
    "cel.bind(x, [1, 2], x.all(y, y > 0) && size(x) == 2) && cel.bind(a, 1, cel.bind(b, a + 1, b == 2))",
    "'%s has %d of %.2f and %x: %s'.format(['a', 3, 1.5, 255, [1, 'b']]) == 'a has 3 of 1.50 and ff: [1, b]'",
    "timestamp('2021-01-01T00:00:00Z') < timestamp('2021-01-02T00:00:00Z') && duration('1h') > duration('59m')",
    "'a,b'.split(',').map(x, x.upperAscii()).join('-') == 'A-B'",
  ])("%s", (rule) => {
    expect(result(rule)).toBe(true);
  });

  const schema = {
    type: "object",
    properties: {
      metadata: rootMetadata,
      replicas: { type: "integer" },
      share: { type: "number" },
      "a-b": { type: "boolean" },
      namespace: { type: "string" },
      until: { type: "string", format: "date-time" },
      labels: { type: "object", additionalProperties: { type: "string" } },
      ports: { type: "array", items: { type: "object", properties: { port: { type: "integer" } } } },
      target: { "x-kubernetes-int-or-string": true },
      free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
  };
  it("reads values as their schema types them", () => {
    const self = {
      replicas: 3,
      share: 1,
      "a-b": true,
      namespace: "n",
      until: "2021-01-01T00:00:00Z",
      free: { x: 1 },
    };
    expect(result("self.replicas / 2 == 1 && self.share / 2.0 == 0.5 && self.a__dash__b", self, schema)).toBe(
      true,
    );
    expect(result("self.__namespace__ == 'n' && self.until.getFullYear() == 2021", self, schema)).toBe(true);
    expect(
      result(
        "type(self.target) == int && self.labels.all(k, k.startsWith('a'))",
        { target: 1, labels: { ab: "" } },
        schema,
      ),
    ).toBe(true);
    expect(result("has(self.replicas)", { replicas: null }, schema)).toBe(false);
  });

  it("refuses names that are not there before anything runs, in cel-go's words", () => {
    expect(result("self.replicas > 1 && self.replica < 5", {}, schema)).toBe(
      "compilation failed: ERROR: <input>:1:26: undefined field 'replica'\n | self.replicas > 1 && self.replica < 5\n | .........................^",
    );
    expect(result("self.ports.all(p, p.number > 1)", {}, schema)).toMatch(
      /^compilation failed: ERROR: <input>:1:20: undefined field 'number'/,
    );
    expect(result("self.metadata.labels == {}", {}, schema)).toMatch(/undefined field 'labels'/);
    expect(result("sefl.x")).toBe(
      "compilation failed: ERROR: <input>:1:1: undeclared reference to 'sefl' (in container '')\n | sefl.x\n | ^",
    );
    expect(result("size(self.x) == 2")).toBe("error: no such key: x");
    expect(result("nothing(1)")).toMatch(/undeclared reference to 'nothing' \(in container ''\)/);
    expect(result("self.replicas >")).toMatch(/^compilation failed: ERROR: <input>:1:\d+: Syntax error: /);
  });

  it("says what went wrong while it ran", () => {
    expect(result("self.a.b == 1", { a: {} })).toBe("error: no such key: b");
    expect(result("self.a + 1 == 2", { a: "x" })).toBe("error: no such overload");
    expect(result("[1][self.a] == 1", { a: 3 })).toBe("error: index out of bounds: 3");
    expect(result("1 / self.a == 1", { a: 0 })).toBe("error: division by zero");
    expect(result("quantity('x').sign() == 1")).toMatch(
      /^error: quantities must match the regular expression/,
    );
  });

  it("does not run what might take forever", () => {
    const self = Array.from({ length: 500 }, (_, index) => index);
    expect(result("self.all(a, a >= 0)", self)).toBe(true);
    expect(result("self.all(a, self.all(b, self.all(c, self.all(d, a + b + c + d >= 0))))", self)).toBe(
      "error: operation cancelled: actual cost limit exceeded",
    );
  });
});
