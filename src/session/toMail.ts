import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';
import { digestText } from './digestText.js';
import type { NotifySink } from './notify.js';

/** What sends a mail: a transport of nodemailer's is one. */
export interface MailTransport {
  readonly sendMail: (mail: Mail) => Promise<unknown>;
}

export interface Mail {
  readonly from: string;
  readonly to: string | string[];
  readonly subject: string;
  readonly text: string;
}

export interface MailOptions {
  readonly from: string;
  /** One address, or several. */
  readonly to: string | readonly string[];
  /** A URL (`'smtps://user:password@mail.example.com'`) or an object for `createTransport` of nodemailer; or a transport. */
  readonly transport: string | MailTransport | Readonly<Record<string, unknown>>;
}

/**
 * Tells of crashes by mail, a mail for each digest. It needs `nodemailer`, unless it is given a transport; that is loaded at
 * the first crash.
 *
 * @throws RxvisorError with code `ERR_OPTION`, at once
 * @returns fails with what nodemailer says, or with an RxvisorError, code `ERR_NOTIFY`, when that is not installed
 * @example
 * ```ts
 * import { toMail } from 'rxvisor/session';
 *
 * const sink = toMail({ from: 'server@example.com', to: 'ops@example.com', transport: 'smtp://localhost:25' });
 * ```
 */
export function toMail({ from, to, transport }: MailOptions): NotifySink {
  const addresses = typeof to === 'string' ? [to] : [...to];
  for (const [field, value] of [['from', from], ...addresses.map((address) => ['to', address])] as const) {
    if (/^[^\r\n]+@[^\r\n]+$/.test(value)) continue;
    throw new RxvisorError('ERR_OPTION', `${field}: ${show(value)} is not an address. Give 'name@example.com'.`);
  }
  if (addresses.length === 0) throw new RxvisorError('ERR_OPTION', 'to: [] is nobody. Give an address.');
  return async (digest) => {
    const { sendMail } = isTransport(transport) ? bound(transport) : await transportOf(transport);
    await sendMail({ from, to: addresses, ...digestText(digest) });
  };
}

async function transportOf(options: string | object): Promise<MailTransport> {
  // Not a literal: neither bundlers nor the compiler are to look for what need not be installed.
  const name = 'nodemailer';
  let nodemailer: unknown;
  try {
    nodemailer = await import(name);
  } catch (cause) {
    throw new RxvisorError('ERR_NOTIFY', 'toMail: nodemailer is not installed. Run npm install nodemailer.', { cause });
  }
  const createTransport = memberOf(memberOf(nodemailer, 'default'), 'createTransport');
  const transport: unknown =
    typeof createTransport === 'function' ? Reflect.apply(createTransport, undefined, [options]) : undefined;
  if (isTransport(transport)) return bound(transport);
  throw new RxvisorError('ERR_NOTIFY', 'toMail: this nodemailer makes no transport. Install version 6 or later.');
}

/** Taken off its transport, it would not know whose it is. */
function bound(transport: MailTransport): MailTransport {
  return { sendMail: async (mail) => transport.sendMail(mail) };
}

function isTransport(value: unknown): value is MailTransport {
  return typeof memberOf(value, 'sendMail') === 'function';
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
