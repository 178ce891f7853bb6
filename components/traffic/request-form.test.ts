import { expect, it } from "vitest";
import { commandOf, emptyForm, isRequestForm, readForm } from "./request-form.ts";

const form = {
  ...emptyForm,
  from: "shop/sleep",
  url: " http://web.shop:8080/a?b=1 ",
  headers: "x-user: it's me\n\n",
};

it("reads what was typed, and says what is wrong in its place", () => {
  expect(readForm(form)).toEqual({
    ok: true,
    request: {
      from: { kind: "workload", namespace: "shop", name: "sleep" },
      method: "GET",
      url: "http://web.shop:8080/a?b=1",
      headers: [{ name: "x-user", value: "it's me" }],
    },
  });
  expect(readForm({ ...form, from: "" })).toMatchObject({ ok: false, field: "from" });
  expect(readForm({ ...form, url: "web:8080" })).toMatchObject({ ok: false, field: "url" });
  expect(readForm({ ...form, url: "http://user@web/" })).toMatchObject({ ok: false, field: "url" });
  expect(readForm({ ...form, headers: "no colon" })).toEqual({
    ok: false,
    field: "headers",
    problem: 'Not "Name: value": no colon',
  });
});

it("takes from the browser only what is whole", () => {
  expect([form, { from: "a" }, null, { ...form, method: "CONNECT" }].map(isRequestForm)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it("writes the same request as a command that no shell reads otherwise", () => {
  const read = readForm(form);
  expect(read.ok && commandOf(read.request)).toBe(
    `kubectl exec deploy/sleep -n shop -- curl -s -i -H 'x-user: it'"'"'s me' 'http://web.shop:8080/a?b=1'`,
  );
  const outside = readForm({
    ...form,
    from: "gateway",
    url: "https://shop.io/cart",
    headers: "",
    method: "POST",
  });
  expect(outside.ok && commandOf(outside.request)).toBe(
    'curl -s -k -i -X POST --resolve "shop.io:$SECURE_INGRESS_PORT:$GATEWAY_IP" "https://shop.io:$SECURE_INGRESS_PORT"/cart',
  );
});
