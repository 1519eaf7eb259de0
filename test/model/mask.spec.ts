import { describe, expect, it } from 'vitest';
import { isSecretName, maskSecrets, maskTexts, maskText } from '../../src/model/mask.js';
import { refuseUnknown } from '../../src/model/check.js';
import { show } from '../../src/model/show.js';

// Put together here: no scanner of the repository takes these for secrets.
const x = (count: number): string => 'aB3'.repeat(count).slice(0, count);
const jwt = `eyJ${x(20)}.eyJ${x(30)}.${x(43)}`;
const pem = ['-----BEGIN RSA PRIVATE', `KEY-----\n${x(64)}\n-----END RSA PRIVATE`, 'KEY-----'].join(' ');

describe('isSecretName', () => {
  it.each(['PWD', 'OLDPWD'])('%s is a folder of the shell, no secret', (name) => {
    expect(isSecretName(name)).toBe(false);
  });

  it.each([
    ...[
      'DB_PASSWORD',
      'DB_PASS',
      'PGPASSWD',
      'PASSPHRASE',
      'MYSQL_PWD',
      'CLIENT_SECRET',
      'API_TOKEN',
      'GITHUB_PAT',
      'JWT',
    ],
    ...[
      'AWS_SECRET_ACCESS_KEY',
      'AWS_ACCESS_KEY_ID',
      'apiKey',
      'APIKEY',
      'encryptionKey',
      'SENTRY_DSN',
      'HMAC',
      'OTP',
      'connect.sid',
    ],
    ...[
      'AUTH',
      'AUTHORIZATION',
      'SLACK_WEBHOOK_URL',
      'AzureConnectionString',
      'CONN_STR',
      'SIGNING_CERT',
      'SESSION_SECRET',
      'PSK',
    ],
    ...['APP_KEYS', 'REDIS_PW', 'SEED_PHRASE'],
    ...['DB_CREDS', 'GOOGLE_APPLICATION_CREDENTIALS', 'COOKIE', 'MNEMONIC', 'BEARER'],
  ])('%s is one', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    'PORT',
    'PATH',
    'HOME',
    'NODE_ENV',
    'AUTHOR',
    'MONKEY',
    'KEYBOARD',
    'PATTERN',
    'SIDE',
    'SPIN',
    'DATABASE_URL',
    'cwd',
  ])('%s is none', (name) => expect(isSecretName(name)).toBe(false));
});

describe('maskText', () => {
  it.each([
    ['a JWT', jwt],
    ['a token of GitHub', `ghp_${x(36)}`],
    ['a fine-grained one', `github_pat_${x(22)}_${x(59)}`],
    ['one of GitLab', `glpat-${x(20)}`],
    ['one of npm', `npm_${x(36)}`],
    ['one of Slack', `xoxb-${'1'.repeat(12)}-${x(24)}`],
    ['a key of AWS', `AKIA${'ABCD'.repeat(4)}`],
    ['one of Google', `AIza${x(35)}`],
    ['one of Stripe', `sk_live_${x(24)}`],
    ['one of OpenAI', `sk-proj-${x(40)}`],
    ['one of SendGrid', `SG.${x(22)}.${x(43)}`],
    ['one of Docker', `dckr_pat_${x(27)}`],
    ['one of Grafana', `glsa_${x(32)}_${x(8)}`],
    ['one of Vault', `hvs.${x(30)}`],
    ['one of Atlassian', `ATATT3${x(40)}`],
    ['one of Linear', `lin_api_${x(40)}`],
    ['one of Mailgun', `key-${'0123abcd'.repeat(4)}`],
    ['a private key', pem],
    ['the beginning of one', pem.slice(0, 60)],
  ])('%s, wherever it stands', (_name, secret) => {
    expect(maskText(secret)).toBe('********');
    expect(maskText(`node app.js ${secret}`)).toBe('node app.js ********');
    expect(maskText(`{"it":"${secret}"}`.replace('"}', ''))).toBe('{"it":"********');
  });

  it.each([
    ['postgres://me:hush@db/1?sslmode=on', 'postgres://me:********@db/1?sslmode=on'],
    ['redis://:hush@host', 'redis://:********@host'],
    ['postgres://me:hu/sh@db/1', 'postgres://me:********@db/1'],
    ['postgres://me:hu@sh@db/1?a=b@c', 'postgres://me:********@db/1?a=b@c'],
    ['mongodb://me:hush@a:27017,b:27017/db', 'mongodb://me:********@a:27017,b:27017/db'],
    ['http://localhost:8080/@vite/client', 'http://localhost:8080/@vite/client'],
    ['http://[::1]:8080/@vite/client', 'http://[::1]:8080/@vite/client'],
    ['{"user":"me","password":"hush, hush"}', '{"user":"me","password":"********"}'],
    ["{ 'apiKey': 'hush' }", "{ 'apiKey': '********' }"],
    [String.raw`"{\"token\":\"hush\",\"port\":80}"`, String.raw`"{\"token\":\"********\",\"port\":80}"`],
    ['curl -H "X-Api-Key: hush" http://h', 'curl -H "X-Api-Key: ********" http://h'],
    ['X-Request-Id: 5', 'X-Request-Id: 5'],
    ['curl -u me:hush http://h', 'curl -u me:******** http://h'],
    ['run --token hush --port 80', 'run --token ******** --port 80'],
    ['run --token "very hush" --verbose', 'run --token ******** --verbose'],
    ['run --token --port 80', 'run --token --port 80'],
    ['https://discord.com/api/webhooks/1/hush', 'https://discord.com/api/webhooks/********'],
    ['https://api.telegram.org/bot1:hush/sendMessage', 'https://api.telegram.org/bot********'],
    ['https://h/?sig=hush&sv=1', 'https://h/?sig=********&sv=1'],
    [`https://${x(32)}@sentry.io/1`, 'https://********@sentry.io/1'],
    ['https://me@host/', 'https://me@host/'],
    ['http://h/?token=hush&page=2', 'http://h/?token=********&page=2'],
    ['https://hooks.slack.com/services/T0/B0/hush', 'https://hooks.slack.com/services/********'],
    ['--password=hush --port=80', '--password=******** --port=80'],
    ['PGPASSWORD="very hush" psql', 'PGPASSWORD=******** psql'],
    ['authorization: Bearer abcdefghij', 'authorization: Bearer ********'],
    ['AccountName=me;AccountKey=hush==;x=1', 'AccountName=me;AccountKey=********;x=1'],
    [
      'sha512-abcdef, commit 0123456789abcdef, port 80, key: a',
      'sha512-abcdef, commit 0123456789abcdef, port 80, key: a',
    ],
  ])('%s', (text, expected) => expect(maskText(text)).toBe(expected));

  it('is fast, whatever the text', () => {
    const pieces = [
      ...['a', '=', '://', '://a:', 'eyJ', 'eyJ-', 'eyJ.', '-----BEGIN ', 'pass=', 'a="', 'sk-', 'bearer ', '-u a:'],
      ...['"token":"', "'a' : ", '\\', '\\"a\\":\\"', '--token ', 'x-', 'cookie:', 'discord.com/api/webhooks/'],
    ];
    for (const piece of pieces) {
      const began = performance.now();
      expect(maskText(piece.repeat(20_000)).length).toBeGreaterThan(0);
      // A pattern that looks at everything again and again takes a minute.
      expect(performance.now() - began, piece).toBeLessThan(5_000);
    }
  });
});

describe('maskSecrets', () => {
  it('goes by names, by shapes, and by the option before a value', () => {
    const value = {
      env: { PORT: '80', GITHUB_PAT: 'hush', PIN: 1234, EMPTY_TOKEN: '', URL: 'redis://me:hush@h' },
      args: ['--port', '80', '--api-key', 'hush', '--token', '--verbose', '-x', jwt],
      nested: [{ secret: 'hush', ok: true, none: null }],
    };
    expect(maskSecrets(value)).toEqual({
      env: { PORT: '80', GITHUB_PAT: '********', PIN: '********', EMPTY_TOKEN: '', URL: 'redis://me:********@h' },
      args: ['--port', '80', '--api-key', '********', '--token', '--verbose', '-x', '********'],
      nested: [{ secret: '********', ok: true, none: null }],
    });
  });

  it('maskTexts goes by shapes only', () => {
    expect(maskTexts({ sessions: 5, token: 'short', jwt })).toEqual({ sessions: 5, token: 'short', jwt: '********' });
  });
});

describe('error texts', () => {
  it('show no secret', () => {
    expect(show({ PORT: 80, API_TOKEN: 'hush' })).toBe('{"PORT":80,"API_TOKEN":"********"}');
    expect(show('postgres://me:hush@db')).toBe("'postgres://me:********@db'");
    expect(show(jwt)).toBe("'********'");
    expect(() => refuseUnknown({ apiKey: 'hush' }, ['name'])).toThrow('with value ********.');
  });
});
