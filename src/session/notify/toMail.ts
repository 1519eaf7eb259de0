import { checkArgument, checkOptions, checkThat, isRecord, type OptionChecks } from '../../model/check.js';
import { listOf } from '../../model/checks.js';
import { RxvisorError } from '../../model/errors.js';
import { digestText } from '../crashes.js';
import type { NotifySink } from './notify.js';

/** Sends a mail; a transport of nodemailer does. */
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
 * Reports crashes by mail, one mail for each digest. Without a transport of your own it needs `nodemailer`, which it loads at the
 * first crash.
 *
 * @throws RxvisorError with code `ERR_OPTION`, at once
 * @returns fails with the error of nodemailer, or with an RxvisorError, code `ERR_NOTIFY`, if that is not installed
 * @example
 * ```ts
 * import { toMail } from 'rxvisor/session';
 *
 * const sink = toMail({ from: 'server@example.com', to: 'ops@example.com', transport: 'smtp://localhost:25' });
 * ```
 */
export function toMail(options: MailOptions): NotifySink {
  checkOptions(options, mailOptions);
  const { from, to, transport } = options;
  checkArgument('from', from, mailOptions.from);
  checkArgument('to', to, mailOptions.to);
  checkArgument('transport', transport, mailOptions.transport);
  const recipients = typeof to === 'string' ? [to] : [...to];
  return async (digest) => {
    const { sendMail } = isTransport(transport) ? bound(transport) : await transportOf(transport);
    await sendMail({ from, to: recipients, ...digestText(digest) });
  };
}

const addressRemedy = "Give 'name@example.com'.";
const address = checkThat(
  (value) => typeof value === 'string' && /^[^\r\n]+@[^\r\n]+$/.test(value),
  `is not an address. ${addressRemedy}`,
);
const addresses = listOf('an address', addressRemedy, address);
const nobody = checkThat((value) => !(Array.isArray(value) && value.length === 0), `has no address. ${addressRemedy}`);
const mailOptions: OptionChecks<MailOptions> = {
  from: address,
  to: (value) => nobody(value) ?? (Array.isArray(value) ? addresses(value) : address(value)),
  transport: checkThat(
    (value) => isRecord(value) || (typeof value === 'string' && value !== ''),
    'is not a transport. Give a URL, options for createTransport of nodemailer, or a transport.',
  ),
};

async function transportOf(options: string | object): Promise<MailTransport> {
  // Not a literal: bundlers and the compiler must not look for an optional package.
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

/** `sendMail` needs its transport as `this`. */
function bound(transport: MailTransport): MailTransport {
  return { sendMail: async (mail) => transport.sendMail(mail) };
}

function isTransport(value: unknown): value is MailTransport {
  return typeof memberOf(value, 'sendMail') === 'function';
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
