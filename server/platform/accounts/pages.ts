// Sign-in, join, and the links that are good once: pages for strangers, without React and with nothing to load. A form posts
// JSON and shows what the server answers, as text.
import { plainPage } from "../auth/index.ts";
import { PASSWORD_LENGTH } from "./limits.ts";

export interface PageOptions {
  readonly nonce: string;
  /** The identity provider's name; undefined: there is none. */
  readonly sso: string | undefined;
  readonly mail: "smtp" | "printed";
}

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

const email = field({
  name: "email",
  label: "E-mail",
  attributes: `type="email" autocomplete="username" required`,
});
const newPassword = field({
  name: "password",
  label: "Password",
  attributes: `type="password" autocomplete="new-password" minlength="${PASSWORD_LENGTH.min}" maxlength="${PASSWORD_LENGTH.max}" required`,
  hint: `At least ${PASSWORD_LENGTH.min} characters. A sentence is easier to keep in mind than a word with signs.`,
});
const name = field({
  name: "name",
  label: "Your name",
  attributes: `autocomplete="nickname" maxlength="60" required`,
  hint: "As your class shall see it.",
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

const helpers = `
const form = document.querySelector("form"), state = document.getElementById("said"), button = form.querySelector("button");
const said = (text, bad) => { state.dataset.bad = String(bad); state.textContent = text; };
const values = () => Object.fromEntries([...form.elements].filter((one) => one.name && !one.closest("[hidden]")).map((one) => [one.name, one.value]));
const post = async (path, body) => {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })
    .catch(() => { throw new Error("The server does not answer. Is it still running?"); });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer && answer.error ? answer.error.message : "That did not work.");
  return answer;
};
const doing = (work) => async (event) => {
  if (event) event.preventDefault();
  button.disabled = true;
  try { await work(); } catch (error) { said(error.message, true); } finally { button.disabled = false; }
};
const fragment = new URLSearchParams(location.hash.slice(1)).get("token") || "";`;

function formPage({ nonce }: PageOptions, page: FormPage): string {
  return plainPage({
    title: page.title,
    nonce,
    body: `<h1>${page.title}</h1>${page.intro}
<form novalidate>${page.fields}<p class="said" id="said" role="alert"></p><button type="submit">${page.submit}</button></form>
${page.foot}
<script nonce="${nonce}">${helpers}
const check = () => { for (const one of form.elements) { if (!one.name || one.closest("[hidden]")) continue;
  one.setAttribute("aria-invalid", String(!one.checkValidity()));
  if (!one.checkValidity()) { one.focus(); throw new Error(one.labels[0].textContent + ": " + one.validationMessage); } } };
${page.script}</script>`,
  });
}

/** Also shown, with 401, in the place of any page for which one must be signed in: it stays where it was asked for. */
export function signInPage(options: PageOptions): string {
  const { sso } = options;
  return formPage(options, {
    title: "Sign in",
    intro: "",
    fields: `${email}${field({ name: "password", label: "Password", attributes: `type="password" autocomplete="current-password" required` })}`,
    submit: "Sign in",
    foot: `${sso ? `<p><button type="button" class="second" id="sso">Sign in with ${escaped(sso)}</button></p>` : ""}
<ul><li>You have a class code? <a href="/join">Join your class</a></li><li><a href="/forgotten">Forgotten your password?</a></li></ul>`,
    script: `
const on = () => ["/sign-in", "/join", "/owner", "/invite"].includes(location.pathname) ? location.replace("/") : location.reload();
form.onsubmit = doing(async () => { check(); await post("/api/auth/sign-in", values()); on(); });
const refused = new URLSearchParams(location.search).get("error");
if (refused) { said("The single sign-on did not let you in (" + refused.slice(0, 60).replaceAll("_", " ") + ").", true); history.replaceState(null, "", "/sign-in"); }
const sso = document.getElementById("sso");
if (sso) sso.onclick = doing(async () => { const { url } = await post("/api/auth/sso", {}); location.assign(url); });`,
  });
}

const joinPage = (options: PageOptions) =>
  formPage(options, {
    title: "Join your class",
    intro: "<p>No account is needed: the code of your class and a name will do.</p>",
    fields: `${field({ name: "code", label: "Class code", attributes: `class="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" required`, hint: "Thirteen letters and digits. Dashes and case do not matter." })}${name}`,
    submit: "Join",
    foot: `<ul><li>You have an account? <a href="/sign-in">Sign in</a> first, then join.</li>
<li>Without an account this browser is your key: stay with it, or add an e-mail address on your account page.</li></ul>`,
    script: `
let given = "";
try { given = decodeURIComponent(location.pathname.split("/")[2] || ""); } catch { /* no code: half an escape; it is typed then */ }
if (given) { form.elements.code.value = given; form.elements.name.focus(); } else form.elements.code.focus();
form.onsubmit = doing(async () => { check(); await post("/api/auth/join", values()); location.replace("/"); });`,
  });

const linkPage = (options: PageOptions, owner: boolean) =>
  formPage(options, {
    title: owner ? "Set up this server" : "Welcome",
    intro: owner
      ? "<p>You will be its owner: who creates instructors, and sees to it that it runs.</p>"
      : `<p id="who">This link is yours alone, and good once.</p>`,
    fields: `${name}${email}${newPassword}`,
    submit: owner ? "Become the owner" : "Go on",
    foot: "",
    script: `
history.replaceState(null, "", location.pathname);
form.hidden = true;
post("/api/auth/link", { token: fragment }).then(({ asks, name }) => {
  for (const one of form.querySelectorAll("[data-field]")) one.hidden = !asks.includes(one.dataset.field);
  const who = document.getElementById("who");
  if (who && name) who.textContent = "Hello " + name + ". Choose a password; this link is good once.";
  form.hidden = false;
  form.querySelector(".field:not([hidden]) input").focus();
}).catch((error) => { form.hidden = false; for (const one of form.querySelectorAll("[data-field], button")) one.hidden = true; said(error.message, true); });
form.onsubmit = doing(async () => { check(); await post("/api/auth/use-link", { token: fragment, ...values() }); location.replace("/"); });`,
  });

const forgottenPage = (options: PageOptions) =>
  formPage(options, {
    title: "A new password",
    intro:
      options.mail === "smtp"
        ? "<p>We send you a link that sets a new one.</p>"
        : "<p>This server sends no mail. The link appears in the terminal of whoever runs it: ask them for it.</p>",
    fields: email,
    submit: "Ask for the link",
    foot: `<ul><li><a href="/sign-in">Back to sign in</a></li></ul>`,
    script: `
form.onsubmit = doing(async () => { check();
  const { by } = await post("/api/auth/forgotten", values());
  said(by === "smtp" ? "If this address has an account, a link is on its way to it." : "If this address has an account, its link now stands in the server's terminal.", false); });`,
  });

const resetPage = (options: PageOptions) =>
  formPage(options, {
    title: "A new password",
    intro: "<p>It also signs out every browser that was signed in.</p>",
    fields: newPassword,
    submit: "Set it",
    foot: "",
    script: `
history.replaceState(null, "", location.pathname);
form.onsubmit = doing(async () => { check(); await post("/api/auth/reset-password", { token: fragment, ...values() }); location.replace("/sign-in"); });`,
  });

/** The one text here that somebody else writes: the operator. */
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
