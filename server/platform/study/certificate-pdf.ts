import type { Certificate } from "../../contracts/index.ts";
import { dayOf, spelled, workshopTitle } from "./certificate-page.ts";

const blue = "#3b4fc0";
const dim = "#566072";

/** What the standard fonts of PDF can write: Windows' western letters. */
export const writable = (text: string): boolean =>
  /^[\x20-\x7e\u00a0-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u2013\u2014\u2018\u2019\u201c\u201d\u2020\u2022\u2026\u20ac]*$/.test(
    text,
  );

/** One page, landscape A4, with the standard fonts: a name in other letters is on the page of the code only, and the file says so. */
export async function certificatePdf(certificate: Certificate, address: string): Promise<Buffer> {
  const { name, workshop, labs, finishedAt, code } = certificate;
  // Some 4 MB of code that most servers never need.
  const { default: PDFDocument } = await import("pdfkit");
  const title = `Certificate: ${workshopTitle(workshop)}`;
  const document = new PDFDocument({
    ...{ size: "A4", layout: "landscape", margin: 64, lang: "en", tagged: true },
    info: { Title: title, Author: "Meshwork", CreationDate: new Date(certificate.issuedAt) },
  });
  const parts: Buffer[] = [];
  document.on("data", (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve, reject) => {
    document.once("end", () => resolve());
    document.once("error", reject);
  });
  const { width, height } = document.page;
  document
    .rect(28, 28, width - 56, height - 56)
    .lineWidth(2)
    .stroke(blue);
  const centred = { align: "center" } as const;
  const line = (
    text: string,
    { size, colour = "#1b2330", bold = false }: { size: number; colour?: string; bold?: boolean },
  ) =>
    document
      .font(bold ? "Helvetica-Bold" : "Helvetica")
      .fontSize(size)
      .fillColor(colour)
      .text(text, centred);
  line("Meshwork", { size: 16, colour: blue, bold: true });
  document.moveDown(2.2);
  line("This certifies that", { size: 15, colour: dim });
  document.moveDown(0.5);
  line(writable(name) ? name : "the person named at the address below", { size: 34, bold: true });
  document.moveDown(0.5);
  line(`has finished every lab of the workshop “${writable(workshop) ? workshopTitle(workshop) : code}”`, {
    size: 15,
    colour: dim,
  });
  line(`on ${dayOf(finishedAt)}, each checked against a running mesh`, { size: 15, colour: dim });
  document.moveDown(1);
  const shown = labs.filter(writable).slice(0, 8);
  for (const lab of shown) line(lab, { size: 12 });
  if (labs.length > shown.length) line(`and ${labs.length - shown.length} more`, { size: 12 });
  document.moveDown(1.6);
  line(`Code ${spelled(code)}`, { size: 12, bold: true });
  document
    .font("Helvetica")
    .fontSize(11)
    .fillColor(blue)
    .text(address, { ...centred, link: address });
  document.end();
  await ended;
  return Buffer.concat(parts);
}
