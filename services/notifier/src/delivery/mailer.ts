import { createTransport } from 'nodemailer';
import type { Mail } from '../messages/email.ts';
import type { Delivery } from '../plan/attempts.ts';
import { cleaned } from './post.ts';

/** Where mails go out. */
export interface MailSettings {
  /** Empty for none. */
  readonly host: string;
  readonly port: number;
  readonly tls: 'starttls' | 'tls' | 'none';
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly from: string;
  readonly timeoutMs: number;
}

/** Sends mails. */
export interface Mailer {
  send(mail: Mail, to: readonly string[]): Promise<Delivery>;
}

/** Sends mails over SMTP, one connection for each. */
export function createMailer(settings: MailSettings): Mailer {
  const { host, port, tls, username, password, from, timeoutMs } = settings;
  return {
    async send({ messageId, subject, text }, to) {
      if (host === '')
        return {
          ok: false,
          error: 'The notifier knows no mail server: set NOTIFIER_SMTP_HOST',
          isRetriable: false,
        };
      const transport = createTransport({
        host,
        port,
        secure: tls === 'tls',
        requireTLS: tls === 'starttls',
        ignoreTLS: tls === 'none',
        ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        const { rejected } = await transport.sendMail({ from, to: [...to], subject, text, messageId });
        // Those who were accepted have it: to send it again would be once too often.
        if (rejected.length === 0 || rejected.length < to.length) return { ok: true };
        return { ok: false, error: 'The mail server takes no recipient', isRetriable: false };
      } catch (error) {
        return refusal(error, password ?? '');
      } finally {
        transport.close();
      }
    },
  };
}

function refusal(error: unknown, password: string): Delivery {
  const { responseCode, message } = error as { responseCode?: number; message?: string };
  // 5xx of SMTP is for good; a login that is refused is one that somebody may mend.
  const isRetriable =
    responseCode === undefined || responseCode < 500 || [530, 534, 535].includes(responseCode);
  return { ok: false, error: cleaned(message ?? String(error), [password]), isRetriable };
}
