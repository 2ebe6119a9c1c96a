/** The names that a package name leads to. */
export interface Names {
  /** The folder that is made: the package name without its scope. */
  readonly folder: string;
  /** The plugin's name and the instance's proposed id, for example `shout` of `@team/lakehouse-provider-shout`. */
  readonly id: string;
  /** The same in PascalCase, for identifiers. */
  readonly pascal: string;
  /** The variable of its key that a host gives out without being told. */
  readonly keyEnv: string;
}

/** Derives all names from that of the package, which is taken to be right. */
export const toNames = (packageName: string): Names => {
  const folder = packageName.split('/').at(-1) ?? packageName;
  const bare = folder.replace(/^lakehouse-(?=.)/, '').replace(/^provider-(?=.)/, '');
  // An id is a prefix of model names and a bare key of the config.
  const words = bare.split(/[^a-z0-9]+/).filter((word) => word !== '');
  return {
    folder,
    id: words.join('-'),
    pascal: words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
    keyEnv: `${words.join('_').toUpperCase()}_API_KEY`,
  };
};
