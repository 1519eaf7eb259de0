/** A file with environment variables, and whether it must exist. */
export interface EnvFile {
  /** The path, relative to `cwd`. */
  readonly file: string;
  /** `false`: a missing file is the same as an empty one. Default `true`. */
  readonly required?: boolean | undefined;
}

/** An {@link EnvFile} with an absolute path. */
export interface EnvFilePlan {
  /** Its place in the spec, for errors: `envFile` or `envFile[1]`. */
  readonly field: string;
  readonly path: string;
  readonly required: boolean;
}

/** Fills in the defaults. `resolve` makes a path absolute. */
export function planEnvFiles(
  envFile: string | EnvFile | readonly (string | EnvFile)[],
  resolve: (path: string) => string,
): readonly EnvFilePlan[] {
  const plan = (entry: string | EnvFile, field: string): EnvFilePlan => {
    const { file, required = true } = typeof entry === 'string' ? { file: entry } : entry;
    return { field, path: resolve(file), required };
  };
  return isList(envFile)
    ? envFile.map((entry, index) => plan(entry, `envFile[${String(index)}]`))
    : [plan(envFile, 'envFile')];
}

/** TypeScript does not narrow a read-only array by `Array.isArray`. */
function isList(envFile: string | EnvFile | readonly (string | EnvFile)[]): envFile is readonly (string | EnvFile)[] {
  return Array.isArray(envFile);
}
