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
    'webhook',
    'conn(ection)?_?str(ing)?',
  ],
  '(^|[_.-])(key|dsn|salt|pin|pat|psk|otp|totp|csrf|xsrf|sid|cert_?pass)$',
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
  /\beyJ[\w-]{10,}\.[\w-]{4,}(?:\.[\w-]*)?/g,
  // GitHub, GitLab, npm, PyPI, Hugging Face, DigitalOcean, Shopify, Slack, Stripe, OpenAI and Anthropic, SendGrid.
  /\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|gl(?:pat|ptt|rt|dt)-[\w-]{16,}|npm_\w{20,}|pypi-[\w-]{20,}|hf_\w{20,})/g,
  /\b(?:do[oprt]_v1_\w{20,}|shp(?:at|ca|pa|ss)_\w{20,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,})/g,
  /\b(?:[rs]k_(?:live|test)_\w{10,}|whsec_\w{16,}|sk-[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,})/g,
  // AWS, Google.
  /\b(?:(?:AKIA|ASIA)[A-Z\d]{16}\b|AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,})/g,
];

/** Masks secrets in a text by their shape: tokens, keys, credentials in addresses, values of options with a telling name. */
export function maskText(text: string): string {
  return shapes
    .reduce((masked, shape) => masked.replace(shape, MASK), text)
    .replace(/(hooks\.slack\.com\/services\/)[\w/]+/g, `$1${MASK}`)
    .replace(/\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi, `$1${MASK}`)
    .replace(/(:\/\/[^/@\s:]{0,256}:)[^/@\s]{1,1024}@/g, `$1${MASK}@`)
    .replace(/(:\/\/)[^/@\s:]{16,1024}@/g, `$1${MASK}@`)
    .replace(/([\w.-]{1,128})=("[^"]*"|'[^']*'|[^\s&;,"']+)/g, (whole, name: string) =>
      isSecretName(name) ? `${name}=${MASK}` : whole,
    );
}

/** For `JSON.stringify`: a field without its secret, arguments without the value of an option such as `--password`. */
export function maskEntry(key: string, entry: unknown): unknown {
  if (Array.isArray(entry)) return entry.map((one: unknown, index) => (isValueOf(entry[index - 1], one) ? MASK : one));
  if (typeof entry !== 'string') return typeof entry === 'number' && isSecretName(key) ? MASK : entry;
  return entry !== '' && isSecretName(key) ? MASK : maskText(entry);
}

function isValueOf(option: unknown, value: unknown): boolean {
  return (
    typeof option === 'string' &&
    /^--?[a-z][\w-]*$/i.test(option) &&
    isSecretName(option.replace(/^-+/, '').replace(/-/g, '_')) &&
    typeof value === 'string' &&
    !value.startsWith('-')
  );
}

/** Any value that JSON can hold, without its secrets. */
export function masked<T>(value: T): T {
  return through(value, maskEntry);
}

/** The same, but that names say nothing: a metric of sessions is none of these. */
export function maskedTexts<T>(value: T): T {
  return through(value, (_key, entry) => (typeof entry === 'string' ? maskText(entry) : entry));
}

function through<T>(value: T, replace: (key: string, entry: unknown) => unknown): T {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- of the same shape: only texts differ
  return JSON.parse(JSON.stringify(value, replace)) as T;
}
