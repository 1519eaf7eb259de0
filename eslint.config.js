import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import rxjsX from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

// Layers, bottom up. A folder may import from itself and from the layers before its own, not from other folders of its layer.
const layers = [
  ['model'],
  ['child', 'ipc'],
  ['operators', 'reconcile', 'worker'],
  ['output', 'system'],
  ['process'],
  ['nodeEffects'],
  ['sources', 'sinks'],
  ['managed'],
  ['ports', 'testing'],
  ['supervisor'],
  ['control', 'pool', 'session'],
  ['index', 'pm', 'cli'],
];
const seeContributing = 'See "Layers" in CONTRIBUTING.md.';
const imports = (...setting) => ({ 'no-restricted-imports': setting });
const importsNone = (regex) => imports('error', { patterns: [{ regex, message: seeContributing }] });
const importsOnly = (...allowed) => importsNone(`^(?!(?:${allowed.join('|')})$)`);

const downwardsOnly = layers.flatMap((names, rank) =>
  names.flatMap((name) => {
    const others = [...names.filter((each) => each !== name), ...layers.slice(rank + 1).flat()];
    const none = (up) =>
      others.length > 0 ? importsNone(`^${up}(?:${others.join('|')})(?:\\.js$|/)`) : imports('off');
    return [
      { files: [`src/${name}.ts`], rules: none('\\./') },
      { files: [`src/${name}/*`], rules: none('\\.\\./') },
      { files: [`src/${name}/*/*`], rules: none('\\.\\./\\.\\./') },
    ];
  }),
);

const here = String.raw`\./[^.].*`;
const beside = String.raw`\.\./[^.].*`;
const restrictedSyntax = (...restrictions) => [
  'error',
  ...restrictions.map(([selector, message]) => ({ selector, message })),
];
const noClasses = ['ClassDeclaration:not([superClass.name=/Error$/]), ClassExpression', 'No classes but errors.'];
const noDynamicImports = ['ImportExpression, TSImportType', `This layer imports at the top only. ${seeContributing}`];
const impure = [
  ...['process', 'Buffer', 'console', 'fetch', 'global', 'globalThis', 'performance', 'queueMicrotask'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'],
];
const pure = {
  'no-restricted-globals': [
    'error',
    ...impure.map((name) => ({ name, message: `This layer is pure. ${seeContributing}` })),
  ],
  'no-restricted-syntax': restrictedSyntax(
    noClasses,
    noDynamicImports,
    ['MemberExpression[object.name="Date"][property.name="now"]', 'The clock is scheduler.now().'],
    [
      ':matches(NewExpression, CallExpression)[callee.name="Date"][arguments.length=0]',
      'The clock is scheduler.now().',
    ],
  ),
};

// Operators that may follow takeUntil: those that end with their source, and buffers, which before it would lose a batch.
const afterTakeUntil = [
  ...['defaultIfEmpty', 'endWith', 'filter', 'finalize', 'ignoreElements', 'last', 'map', 'reduce', 'scan', 'share'],
  ...['takeWhile', 'tap', 'throwIfEmpty', 'toArray', 'batchTime', 'buffer', 'bufferTime'],
];

export default defineConfig(
  { ignores: ['dist/', 'coverage/', '.docs-*/', '.mutants-*/', 'api/', 'bench/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked, rxjsX.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // `() => f()` is the shortest way to call a void function.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Spread a string to get its code points.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A caught error is unknown, and is rethrown as it is.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
      'rxjs-x/throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
      // A poll reads the state of the system, not its own count.
      'rxjs-x/no-ignored-takewhile-value': 'off',
      'rxjs-x/no-unsafe-takeuntil': ['error', { allow: afterTakeUntil }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', 220],
      'no-console': 'error',
      'no-restricted-syntax': restrictedSyntax(noClasses),
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      'rxjs-x/finnish': [
        'error',
        {
          functions: true,
          methods: true,
          parameters: true,
          properties: true,
          variables: true,
          objects: false,
          // Verbs that take a function from stream to stream, and that function; the helpers of tests beside `cold` and `hot`.
          names: { '^(withCommands|withTriggers|project|managed|converge)$': false },
        },
      ],
    },
  },
  ...downwardsOnly,
  { files: ['src/model/*'], rules: { ...importsOnly(here, 'valibot'), ...pure } },
  { files: ['src/model/*/*'], rules: { ...importsOnly(here, beside, 'valibot'), ...pure } },
  { files: ['src/reconcile/*'], rules: { ...importsOnly(here, String.raw`\.\./model/spec/dependsOn\.js`), ...pure } },
  // Types of effects only: these may use Observable.
  { files: ['src/model/{effects,fileEffects,spawnedProcess}.ts'], rules: importsOnly(here, 'rxjs') },
  {
    files: ['src/operators/*'],
    rules: { ...importsOnly(here, String.raw`\.\./model/.*`, 'rxjs', 'strip-ansi'), ...pure },
  },
  {
    files: ['src/operators/*/*'],
    rules: { ...importsOnly(here, beside, String.raw`\.\./\.\./model/.*`, 'rxjs'), ...pure },
  },
  {
    files: ['src/child/**'],
    rules: {
      ...importsOnly(here, String.raw`\.\./model/errors\.js`, 'node:.*'),
      'no-restricted-syntax': restrictedSyntax(noClasses, noDynamicImports),
    },
  },
  {
    files: ['src/ipc/**'],
    rules: importsOnly(here, String.raw`\.\./model/(?:errors|spawnedProcess)\.js`, 'node:.*'),
  },
  // Commands must start fast.
  { files: ['src/cli/{client,commands}/**'], rules: importsNone(String.raw`^(?:rxjs|valibot)(?:$|/)|\$\.js$`) },
  {
    files: ['src/worker/**'],
    rules: {
      ...importsOnly(
        here,
        String.raw`\.\./(?:child|ipc)/.*`,
        String.raw`\.\./model/(?:check|checks|describeError|errors)\.js`,
        'node:.*',
      ),
      'no-restricted-syntax': restrictedSyntax(noClasses, noDynamicImports),
    },
  },
  {
    files: ['test/**/*.ts', 'marbles/**/*.ts'],
    rules: {
      'no-restricted-syntax': restrictedSyntax([
        'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"]',
        'No sleeps: wait for what the child says, or for vi.waitFor.',
      ]),
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // A subscription ends with its test, and an unexpected error fails the test.
      'rxjs-x/no-ignored-default-value': 'off',
      'rxjs-x/no-ignored-error': 'off',
    },
  },
  {
    // tsc checks the names in these files.
    files: ['**/*.{js,mjs,cjs}'],
    rules: { 'no-undef': 'off' },
  },
);
