import { SENDING_MS } from "./limits.ts";

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Mailer {
  /** "printed": no mail server is set; the operator hands the words over. */
  readonly kind: "smtp" | "printed";
  send(letter: Letter): Promise<void>;
}

export interface MailSettings {
  /** "smtps://user:password@mail.example.org"; undefined: letters are printed. */
  readonly smtpUrl: string | undefined;
  readonly from: string | undefined;
  /** To the operator's terminal. */
  readonly print: (text: string) => void;
}

export function openMailer({ smtpUrl, from, print }: MailSettings): Mailer {
  if (smtpUrl === undefined) {
    return {
      kind: "printed",
      async send({ to, subject, text }) {
        print(`\nNo mail server is set, so hand this over yourself.\nTo: ${to}\n${subject}\n\n${text}\n`);
      },
    };
  }
  const transport = import("nodemailer").then(({ createTransport }) =>
    createTransport(
      { url: smtpUrl, connectionTimeout: SENDING_MS, greetingTimeout: SENDING_MS, socketTimeout: SENDING_MS },
      { from: from ?? "Meshwork <meshwork@localhost>", disableFileAccess: true, disableUrlAccess: true },
    ),
  );
  return {
    kind: "smtp",
    async send(letter) {
      await (await transport).sendMail({ ...letter });
    },
  };
}
