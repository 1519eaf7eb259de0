export const MASK = '********';

/** Whether a variable, a field or an option of this name has a secret as its value. */
export function isSecretName(name: string): boolean {
  if (shellFolders.test(name)) return false;
  return secretName.test(name) || secretKey.test(name);
}

/** Masks the secrets in a text: tokens, keys, passwords in URLs, and the values of options with a secret name. */
export function maskText(text: string): string {
  return (
    secretValues
      .reduce((masked, pattern) => masked.replace(pattern, MASK), text)
      .replace(webhooks, `$1${MASK}`)
      .replace(/\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi, `$1${MASK}`)
      // A password may contain @ and /. A number after the colon is a port, not a password.
      .replace(/(:\/\/[^/@\s:[]{0,256}:)(?!\d{1,5}(?:[/?#,]|$))[^@\s]{1,1024}@(?:[^@\s/,?&]{1,256}@)*/g, `$1${MASK}@`)
      .replace(/(:\/\/)[^/@\s:]{16,1024}@/g, `$1${MASK}@`)
      .replace(/((?<![\w-])(?:-u|--user)[ =][\w.@-]{1,128}:)[^\s"']+/g, `$1${MASK}`)
      .replace(assignments, (whole, name: string) => (isSecretName(name) ? `${name}=${MASK}` : whole))
      .replace(cliOptions, (whole, name: string) =>
        isSecretOption(name) ? whole.replace(/\S+$|["'].*$/s, MASK) : whole,
      )
      .replace(jsonEntries, (whole, quote: string, name: string, colon: string, mark: string) =>
        isSecretName(name) ? `${quote}${name}${colon}${mark}${MASK}${mark}` : whole,
      )
      .replace(headers, (whole, name: string, colon: string, secret: string) =>
        isSecretOption(name) && !/^(bearer|basic|token)$/i.test(secret) ? `${name}${colon}${MASK}` : whole,
      )
  );
}

/** A replacer for `JSON.stringify`. Masks secret fields, and in arrays the arguments of options such as `--password`. */
export function maskEntry(key: string, entry: unknown): unknown {
  if (Array.isArray(entry))
    return entry.map((arg: unknown, index) => (isSecretArgument(entry[index - 1], arg) ? MASK : arg));
  if (typeof entry !== 'string') return typeof entry === 'number' && isSecretName(key) ? MASK : entry;
  return entry !== '' && isSecretName(key) ? MASK : maskText(entry);
}

/** Masks the secrets in a JSON value. */
export function maskSecrets<T>(value: T): T {
  return mapJson(value, maskEntry);
}

/** Masks the secrets in the texts of a JSON value. Names do not matter: a metric named `sessions` is not a secret. */
export function maskTexts<T>(value: T): T {
  return mapJson(value, (_key, entry) => (typeof entry === 'string' ? maskText(entry) : entry));
}

/** Parts of names that mean a secret. */
const secretWords = [
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

const secretName = new RegExp(secretWords.join('|'), 'i');

const secretKey = /[a-z]Key$/;

/** Variables of the shell for its folders. They are no secrets, but `pwd` often means a password elsewhere. */
const shellFolders = /^(OLD)?PWD$/;

/** Values that can only be secrets. */
const secretValues = [
  // A private key in PEM.
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

/** Webhook URLs of Slack, Discord, Telegram and Teams. Anyone who knows the URL can post. */
const webhooks =
  /(hooks\.slack\.com\/services\/|discord(?:app)?\.com\/api\/webhooks\/|api\.telegram\.org\/bot|webhook\.office\.com\/)[\w/:@-]+/g;

/** A value in quotes, or up to the next space or separator. */
const value = String.raw`("[^"]*"|'[^']*'|[^\s&;,"']+)`;

/** `token=…` in URLs, connection strings and shell commands. */
const assignments = new RegExp(String.raw`(?<![\w.-])([\w.-]{1,128})=${value}`, 'g');

/** `"token": "…"` in JSON, also in JSON inside a string. */
const jsonEntries = /(\\{0,4}["'])([\w.-]{1,128})(\1\s{0,3}:\s{0,3})(\\{0,4}["'])((?:(?!\4)[^]){1,4096})\4/g;

/** `--token …` in a command line that is one string. */
const cliOptions = new RegExp(String.raw`(?<![\w-])--([a-z][\w-]{1,64})\s{1,3}(?!-)${value}`, 'gi');

/** HTTP headers: `X-Api-Key: …`. Any text can have a word and a colon, so only names that look like headers count. */
const headers =
  /(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]{1,64}|api-?key)(\s{0,3}:\s{0,3})([^\s"']+)/gi;

function isSecretOption(name: string): boolean {
  return isSecretName(name.replace(/-/g, '_'));
}

/** Whether `value` follows an option such as `--password` in an array of arguments. */
function isSecretArgument(option: unknown, value: unknown): boolean {
  return (
    typeof option === 'string' &&
    /^--?[a-z][\w-]*$/i.test(option) &&
    isSecretOption(option.replace(/^-+/, '')) &&
    typeof value === 'string' &&
    !value.startsWith('-')
  );
}

function mapJson<T>(value: T, replace: (key: string, entry: unknown) => unknown): T {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- of the same shape: only texts differ
  return JSON.parse(JSON.stringify(value, replace)) as T;
}
