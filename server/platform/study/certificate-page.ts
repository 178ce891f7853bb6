import type { Certificate } from "../../contracts/index.ts";
import { plainPage } from "../auth/index.ts";

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A day, the same for everyone who looks. */
export const dayOf = (at: number): string =>
  new Date(at).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });

/** "istio-basics" as a person writes it. */
export const workshopTitle = (workshop: string): string =>
  workshop.replaceAll("-", " ").replace(/^./, (first) => first.toUpperCase());

/** In groups of four, easier to read out. */
export const spelled = (code: string): string => code.match(/.{1,4}/g)?.join("-") ?? code;

export function certificatePage(
  { name, workshop, labs, finishedAt, code }: Certificate,
  nonce: string,
): string {
  const items = labs.map((lab) => `<li>${escaped(lab)}</li>`).join("");
  return plainPage({
    title: "Certificate",
    nonce,
    body: `<p>This certifies that</p><h1>${escaped(name)}</h1>
<p>has finished every lab of the workshop <strong>${escaped(workshopTitle(workshop))}</strong> on ${dayOf(finishedAt)}, each checked against a running mesh:</p>
<ul>${items}</ul>
<p style="margin-top:20px">Genuine: this server gave it out. Code <code>${spelled(code)}</code></p>
<p><a href="/certificate/${code}.pdf">As PDF</a></p>`,
  });
}

export const noCertificatePage = (nonce: string): string =>
  plainPage({
    title: "No such certificate",
    nonce,
    body: "<h1>No such certificate</h1><p>This server has given out none with this code. Compare it letter by letter: there is no I, L, O or U in one.</p>",
  });
