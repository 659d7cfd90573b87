/** Fields of package.json that name the repository. */
export interface Home {
  readonly repository: { readonly url: string };
  readonly homepage: string;
  readonly bugs: { readonly url: string };
}

/** Returns what of package.json does not follow from its `repository`. */
export function misplacedAddresses({ repository, homepage, bugs }: Home): string[] {
  const page = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  const expected = { homepage: `${page}#readme`, bugs: `${page}/issues` };
  return [
    ...(homepage === expected.homepage ? [] : [`homepage: found ${homepage}, expected ${expected.homepage}`]),
    ...(bugs.url === expected.bugs ? [] : [`bugs.url: found ${bugs.url}, expected ${expected.bugs}`]),
  ];
}

/**
 * Checks that package.json names the repository that the release is built in: provenance is refused otherwise.
 * @param current `owner/name`, as the host's runner has it; undefined on any other machine
 * @throws Error if it names another
 */
export function assertOwnRepository(manifest: Home, current: string | undefined): void {
  const { url } = manifest.repository;
  const problems = misplacedAddresses(manifest);
  if (current !== undefined && !url.endsWith(`/${current}.git`))
    problems.push(`repository.url: found ${url}, expected the repository of this release, ${current}`);
  if (problems.length > 0) throw new Error(`package.json: ${problems.join('; ')}.`);
}
