/**
 * Reading RSA keys takes most of the time of thousands of runs, so each is read once. Put in the place of the module by
 * `jest.mock`; what is tested is what is done with the keys.
 */
function remember<A extends unknown[], R>(read: (...args: A) => R, name: (...args: A) => string) {
  const known = new Map<string, R>();
  return (...args: A): R => {
    const key = name(...args);
    const found = known.get(key) ?? read(...args);
    known.set(key, found);
    return found;
  };
}

/** Instead of `handlers/key/private-key`. */
export function rememberedPrivateKeys() {
  const real = jest.requireActual<typeof import('../../../handlers/key/private-key')>(
    '../../../handlers/key/private-key',
  );
  const name = (bytes: Uint8Array, place: string) => `${place} ${Buffer.from(bytes).toString('latin1')}`;
  return { ...real, readSigningKey: remember(real.readSigningKey, name) };
}
