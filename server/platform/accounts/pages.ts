// Sign-in, join, and the links that are good once: pages for strangers, without React and with nothing to load. A form posts
// JSON and shows what the server answers, as text.
import { type Door, plainPage, scriptText } from "../auth/index.ts";
import { PASSWORD_LENGTH } from "./limits.ts";

export interface PageOptions {
  readonly nonce: string;
  /** The identity provider's name; undefined: there is none. */
  readonly sso: string | undefined;
  readonly mail: "smtp" | "printed";
  readonly door: Door;
}

type DoorTexts = Door["t"];

const joins = /^\/join(\/[^/]{1,40})?$/;
const pages: Readonly<Record<string, (options: PageOptions) => string>> = {
  "/sign-in": (options) => signInPage(options),
  "/owner": (options) => linkPage(options, true),
  "/invite": (options) => linkPage(options, false),
  "/forgotten": (options) => forgottenPage(options),
  "/reset-password": (options) => resetPage(options),
};

export const isPage = (path: string) => joins.test(path) || Object.hasOwn(pages, path);

/** `path` decides only which of these texts is sent: nothing of it gets into the page. */
export const pageFor = (path: string, options: PageOptions): string =>
  (Object.hasOwn(pages, path) ? pages[path] : undefined)?.(options) ?? joinPage(options);

interface Field {
  readonly name: string;
  readonly label: string;
  readonly attributes: string;
  readonly hint?: string;
}

const field = ({ name, label, attributes, hint }: Field) =>
  `<div class="field" data-field="${name}"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" ${attributes}${hint ? ` aria-describedby="${name}-hint"` : ""}>${hint ? `<p class="hint" id="${name}-hint">${hint}</p>` : ""}</div>`;

const email = (t: DoorTexts) =>
  field({
    name: "email",
    label: t("email"),
    attributes: `type="email" autocomplete="username" required`,
  });
const newPassword = (t: DoorTexts) =>
  field({
    name: "password",
    label: t("password"),
    attributes: `type="password" autocomplete="new-password" minlength="${PASSWORD_LENGTH.min}" maxlength="${PASSWORD_LENGTH.max}" required`,
    hint: t("passwordHint", { count: PASSWORD_LENGTH.min }),
  });
const name = (t: DoorTexts) =>
  field({
    name: "name",
    label: t("name"),
    attributes: `autocomplete="nickname" maxlength="60" required`,
    hint: t("nameHint"),
  });

interface FormPage {
  readonly title: string;
  readonly intro: string;
  readonly fields: string;
  readonly submit: string;
  readonly foot: string;
  /** Runs with form, said(text, bad), post(path, body) and values() in reach; `form.onsubmit` is set by it. */
  readonly script: string;
}

const helpers = (t: DoorTexts) => `
const form = document.querySelector("form"), state = document.getElementById("said"), button = form.querySelector("button");
const said = (text, bad) => { state.dataset.bad = String(bad); state.textContent = text; };
const values = () => Object.fromEntries([...form.elements].filter((one) => one.name && !one.closest("[hidden]")).map((one) => [one.name, one.value]));
const post = async (path, body) => {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })
    .catch(() => { throw new Error(${scriptText(t("silent"))}); });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer && answer.error ? answer.error.message : ${scriptText(t("failed"))});
  return answer;
};
const doing = (work) => async (event) => {
  if (event) event.preventDefault();
  button.disabled = true;
  try { await work(); } catch (error) { said(error.message, true); } finally { button.disabled = false; }
};
const fragment = new URLSearchParams(location.hash.slice(1)).get("token") || "";`;

function formPage({ nonce, door }: PageOptions, page: FormPage): string {
  return plainPage({
    title: page.title,
    ...{ nonce, language: door.language },
    body: `<h1>${page.title}</h1>${page.intro}
<form novalidate>${page.fields}<p class="said" id="said" role="alert"></p><button type="submit">${page.submit}</button></form>
${page.foot}
<script nonce="${nonce}">${helpers(door.t)}
const check = () => { for (const one of form.elements) { if (!one.name || one.closest("[hidden]")) continue;
  one.setAttribute("aria-invalid", String(!one.checkValidity()));
  if (!one.checkValidity()) { one.focus(); throw new Error(one.labels[0].textContent + ": " + one.validationMessage); } } };
${page.script}</script>`,
  });
}

/** Also shown, with 401, in the place of any page for which one must be signed in: it stays where it was asked for. */
export function signInPage(options: PageOptions): string {
  const { sso } = options;
  const { t } = options.door;
  return formPage(options, {
    title: t("signIn.title"),
    intro: "",
    fields: `${email(t)}${field({ name: "password", label: t("password"), attributes: `type="password" autocomplete="current-password" required` })}`,
    submit: t("signIn.title"),
    foot: `${sso ? `<p><button type="button" class="second" id="sso">${t("signIn.with", { name: escaped(sso) })}</button></p>` : ""}
<ul><li>${t("signIn.code")} <a href="/join">${t("signIn.join")}</a></li><li><a href="/forgotten">${t("signIn.forgotten")}</a></li></ul>`,
    script: `
const on = () => ["/sign-in", "/join", "/owner", "/invite"].includes(location.pathname) ? location.replace("/") : location.reload();
form.onsubmit = doing(async () => { check(); await post("/api/auth/sign-in", values()); on(); });
const refused = new URLSearchParams(location.search).get("error");
if (refused) { said(${scriptText(t("signIn.refused", { reason: "{reason}" }))}.replace("{reason}", () => refused.slice(0, 60).replaceAll("_", " ")), true); history.replaceState(null, "", "/sign-in"); }
const sso = document.getElementById("sso");
if (sso) sso.onclick = doing(async () => { const { url } = await post("/api/auth/sso", {}); location.assign(url); });`,
  });
}

const joinPage = (options: PageOptions) => {
  const { t } = options.door;
  return formPage(options, {
    title: t("join.title"),
    intro: `<p>${t("join.intro")}</p>`,
    fields: `${field({ name: "code", label: t("join.code"), attributes: `class="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" required`, hint: t("join.codeHint") })}${name(t)}`,
    submit: t("join.submit"),
    foot: `<ul><li>${t.markup("join.account", { link: (words) => `<a href="/sign-in">${words}</a>` })}</li>
<li>${t("join.key")}</li></ul>`,
    script: `
let given = "";
try { given = decodeURIComponent(location.pathname.split("/")[2] || ""); } catch { /* no code: half an escape; it is typed then */ }
if (given) { form.elements.code.value = given; form.elements.name.focus(); } else form.elements.code.focus();
form.onsubmit = doing(async () => { check(); await post("/api/auth/join", values()); location.replace("/"); });`,
  });
};

const linkPage = (options: PageOptions, owner: boolean) => {
  const { t } = options.door;
  return formPage(options, {
    title: t(owner ? "owner.title" : "invite.title"),
    intro: owner ? `<p>${t("owner.intro")}</p>` : `<p id="who">${t("invite.intro")}</p>`,
    fields: `${name(t)}${email(t)}${newPassword(t)}`,
    submit: t(owner ? "owner.submit" : "invite.submit"),
    foot: "",
    script: `
history.replaceState(null, "", location.pathname);
form.hidden = true;
post("/api/auth/link", { token: fragment }).then(({ asks, name }) => {
  for (const one of form.querySelectorAll("[data-field]")) one.hidden = !asks.includes(one.dataset.field);
  const who = document.getElementById("who");
  if (who && name) who.textContent = ${scriptText(t("invite.hello", { name: "{name}" }))}.replace("{name}", () => name);
  form.hidden = false;
  form.querySelector(".field:not([hidden]) input").focus();
}).catch((error) => { form.hidden = false; for (const one of form.querySelectorAll("[data-field], button")) one.hidden = true; said(error.message, true); });
form.onsubmit = doing(async () => { check(); await post("/api/auth/use-link", { token: fragment, ...values() }); location.replace("/"); });`,
  });
};

const forgottenPage = (options: PageOptions) => {
  const { t } = options.door;
  return formPage(options, {
    title: t("forgotten.title"),
    intro: `<p>${t(options.mail === "smtp" ? "forgotten.smtp" : "forgotten.printed")}</p>`,
    fields: email(t),
    submit: t("forgotten.submit"),
    foot: `<ul><li><a href="/sign-in">${t("forgotten.back")}</a></li></ul>`,
    script: `
form.onsubmit = doing(async () => { check();
  const { by } = await post("/api/auth/forgotten", values());
  said(by === "smtp" ? ${scriptText(t("forgotten.sent"))} : ${scriptText(t("forgotten.stands"))}, false); });`,
  });
};

const resetPage = (options: PageOptions) => {
  const { t } = options.door;
  return formPage(options, {
    title: t("forgotten.title"),
    intro: `<p>${t("reset.intro")}</p>`,
    fields: newPassword(t),
    submit: t("reset.submit"),
    foot: "",
    script: `
history.replaceState(null, "", location.pathname);
form.onsubmit = doing(async () => { check(); await post("/api/auth/reset-password", { token: fragment, ...values() }); location.replace("/sign-in"); });`,
  });
};

/** The one text here that somebody else writes: the operator. */
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
