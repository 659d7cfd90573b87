/**
 * Reading RSA keys and ledgers takes most of the time of thousands of runs, so the same ones are read once. To be put in the place
 * of the modules by `jest.mock`; what is tested is what is done with them.
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

/** Instead of `handlers/ledger/ledger`: what was found good once, or bad, is so each time. */
export function rememberedLedgers() {
  const real = jest.requireActual<typeof import('../../../handlers/ledger/ledger')>(
    '../../../handlers/ledger/ledger',
  );
  const safeParse = remember(
    (json: unknown) => real.ledgerSchema.safeParse(json),
    (json) => JSON.stringify(json),
  );
  return { ...real, ledgerSchema: { safeParse } };
}
