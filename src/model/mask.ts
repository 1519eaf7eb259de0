export const MASK = '********';

/** Words in the names of secrets. */
const words = [
  ...[
    'pass(w|phrase|code|$)',
    'pwd',
    'secret',
    'token',
    'credential',
    '(^|_)creds?(_|$)',
    'private',
    'auth(?!ors?(_|$))',
    'bearer',
    'jwt',
  ],
  ...[
    'cookie',
    'session',
    'signature',
    'signing',
    'hmac',
    'api_?key',
    'access_?key',
    'mnemonic',
    'seed_?phrase',
    'webhook',
    'conn(ection)?_?str(ing)?',
  ],
  '(^|[_.-])(keys?|dsn|salt|pepper|seed|pin|pat|psk|otp|totp|csrf|xsrf|sid|sig|pw|cert_?pass)$',
];
const secretName = new RegExp(words.join('|'), 'i');
const secretKey = /[a-z]Key$/;

/** The folders that a shell keeps: no secrets, though `pwd` often names a password. */
const folders = /^(OLD)?PWD$/;

/** Whether a variable, a field or an option of this name holds a secret. */
export function isSecretName(name: string): boolean {
  if (folders.test(name)) return false;
  return secretName.test(name) || secretKey.test(name);
}

/** Values that are secrets by their shape. */
const shapes = [
  // A private key, as PEM.
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // A JSON Web Token.
  /\beyJ[\w-]{10,1024}\.[\w-]{4,}(?:\.[\w-]*)?/g,
  // GitHub, GitLab, npm, PyPI, Hugging Face, DigitalOcean, Shopify, Slack, Stripe, OpenAI and Anthropic, SendGrid.
  /\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|gl(?:pat|ptt|rt|dt)-[\w-]{16,}|npm_\w{20,}|pypi-[\w-]{20,}|hf_\w{20,})/g,
  /\b(?:do[oprt]_v1_\w{20,}|shp(?:at|ca|pa|ss)_\w{20,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,})/g,
  /\b(?:[rs]k_(?:live|test)_\w{10,}|whsec_\w{16,}|sk-[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,})/g,
  // Docker, Grafana, Vault, Atlassian, age, Linear, Postman, Replicate, Square, Groq, NVIDIA, Mailgun.
  /\b(?:dckr_pat_[\w-]{20,}|glsa_\w{20,}|hv[bsr]\.[\w-]{20,}|ATATT3[\w=-]{20,}|AGE-SECRET-KEY-1\w{20,}|lin_api_\w{20,})/g,
  /\b(?:PMAK-[\w-]{20,}|r8_\w{20,}|sq0[a-z]{3}-[\w-]{20,}|gsk_\w{20,}|nvapi-[\w-]{20,}|key-[\da-f]{32}\b)/g,
  // AWS, Google.
  /\b(?:(?:AKIA|ASIA)[A-Z\d]{16}\b|AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,})/g,
];

/** The paths of hooks, by which everybody can write: of Slack, Discord, Telegram and Teams. */
const hooks =
  /(hooks\.slack\.com\/services\/|discord(?:app)?\.com\/api\/webhooks\/|api\.telegram\.org\/bot|webhook\.office\.com\/)[\w/:@-]+/g;

/** A value in quotes, or up to the next blank or separator. */
const value = String.raw`("[^"]*"|'[^']*'|[^\s&;,"']+)`;
/** `token=…`, as in addresses, connection strings and shells. */
const assigned = new RegExp(String.raw`(?<![\w.-])([\w.-]{1,128})=${value}`, 'g');
/** `"token": "…"`, as in JSON, also in JSON within a string. */
const entries = /(\\{0,4}["'])([\w.-]{1,128})(\1\s{0,3}:\s{0,3})(\\{0,4}["'])((?:(?!\4)[^]){1,4096})\4/g;
/** `--token …`, in a command line that is one string. */
const optioned = new RegExp(String.raw`(?<![\w-])--([a-z][\w-]{1,64})\s{1,3}(?!-)${value}`, 'gi');
/** A header as HTTP has it: `X-Api-Key: …`. A word and a colon are in any text, so only what names of headers are like. */
const headers =
  /(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]{1,64}|api-?key)(\s{0,3}:\s{0,3})([^\s"']+)/gi;

/** Masks secrets in a text by their shape: tokens, keys, credentials in addresses, values of options with a telling name. */
export function maskText(text: string): string {
  return (
    shapes
      .reduce((masked, shape) => masked.replace(shape, MASK), text)
      .replace(hooks, `$1${MASK}`)
      .replace(/\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi, `$1${MASK}`)
      // A password may hold @ and /; what begins as a port is none.
      .replace(/(:\/\/[^/@\s:[]{0,256}:)(?!\d{1,5}(?:[/?#,]|$))[^@\s]{1,1024}@(?:[^@\s/,?&]{1,256}@)*/g, `$1${MASK}@`)
      .replace(/(:\/\/)[^/@\s:]{16,1024}@/g, `$1${MASK}@`)
      .replace(/((?<![\w-])(?:-u|--user)[ =][\w.@-]{1,128}:)[^\s"']+/g, `$1${MASK}`)
      .replace(assigned, (whole, name: string) => (isSecretName(name) ? `${name}=${MASK}` : whole))
      .replace(optioned, (whole, name: string) => (isSecretOption(name) ? whole.replace(/\S+$|["'].*$/s, MASK) : whole))
      .replace(entries, (whole, quote: string, name: string, colon: string, mark: string) =>
        isSecretName(name) ? `${quote}${name}${colon}${mark}${MASK}${mark}` : whole,
      )
      .replace(headers, (whole, name: string, colon: string, secret: string) =>
        isSecretOption(name) && !/^(bearer|basic|token)$/i.test(secret) ? `${name}${colon}${MASK}` : whole,
      )
  );
}

/** For `JSON.stringify`: a field without its secret, arguments without the value of an option such as `--password`. */
export function maskEntry(key: string, entry: unknown): unknown {
  if (Array.isArray(entry)) return entry.map((one: unknown, index) => (isValueOf(entry[index - 1], one) ? MASK : one));
  if (typeof entry !== 'string') return typeof entry === 'number' && isSecretName(key) ? MASK : entry;
  return entry !== '' && isSecretName(key) ? MASK : maskText(entry);
}

function isSecretOption(name: string): boolean {
  return isSecretName(name.replace(/-/g, '_'));
}

function isValueOf(option: unknown, value: unknown): boolean {
  return (
    typeof option === 'string' &&
    /^--?[a-z][\w-]*$/i.test(option) &&
    isSecretOption(option.replace(/^-+/, '')) &&
    typeof value === 'string' &&
    !value.startsWith('-')
  );
}

/** Any value that JSON can hold, without its secrets. */
export function maskSecrets<T>(value: T): T {
  return through(value, maskEntry);
}

/** The same, but that names say nothing: a metric of sessions is none of these. */
export function maskTexts<T>(value: T): T {
  return through(value, (_key, entry) => (typeof entry === 'string' ? maskText(entry) : entry));
}

function through<T>(value: T, replace: (key: string, entry: unknown) => unknown): T {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- of the same shape: only texts differ
  return JSON.parse(JSON.stringify(value, replace)) as T;
}
